using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Publishing.Text;

namespace RagPy.Hosting.Publishing;

/// <summary>A resource as it is run from an image, wherever that is.</summary>
internal sealed record PublishedService
{
    public required IResource Resource { get; init; }

    public string Name => Resource.Name;

    /// <summary>Repository and tag of one of our own programs; null when it is somebody else's image.</summary>
    public ProjectImage? Project { get; init; }

    /// <summary>Somebody else's image with its tag; empty when it is one of our own.</summary>
    public string Image { get; init; } = "";

    /// <summary>What is known of somebody else's image.</summary>
    public ServerImage? Server { get; init; }

    /// <summary>It ends when its work is done.</summary>
    public bool IsJob { get; init; }

    public required IReadOnlyDictionary<string, PublishedText> Environment { get; init; }

    public required IReadOnlyList<PublishedText> Arguments { get; init; }

    public required IReadOnlyList<PublishedPort> Ports { get; init; }

    public required IReadOnlyList<ContainerMountAnnotation> Mounts { get; init; }

    public required IReadOnlyList<EndpointProbeAnnotation> Probes { get; init; }

    /// <summary>What has to be as far before it starts, by the names of services.</summary>
    public required IReadOnlyList<(string Service, WaitType Type)> Waits { get; init; }

    /// <summary>Names of the services that it calls.</summary>
    public required IReadOnlyList<string> Calls { get; init; }

    public required int Replicas { get; init; }

    public ResourceLimitsAnnotation? Limits { get; init; }

    public AutoscaleAnnotation? Autoscale { get; init; }

    /// <summary>Id of the user and group that it runs as.</summary>
    public int User => Server?.User ?? ProjectImage.User;

    /// <summary>Folders that it writes and that need not be kept.</summary>
    public IReadOnlyList<string> Scratch => Server?.Scratch ?? ["/tmp"];

    public IEnumerable<TextPart.Secret> Secrets => Environment.Values.SelectMany(text => text.Secrets);

    public EndpointProbeAnnotation? Probe(ProbeType type) => Probes.FirstOrDefault(probe => probe.Type == type);
}
