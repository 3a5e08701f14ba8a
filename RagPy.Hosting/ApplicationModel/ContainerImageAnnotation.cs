namespace Aspire.Hosting.ApplicationModel;

/// <summary>The image of a container.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    /// <summary>Host of the registry; that of the container runtime when null.</summary>
    public string? Registry { get; set; }

    /// <summary>Repository in the registry.</summary>
    public required string Image { get; set; }

    public string? Tag { get; set; }
}
