using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;
using RagPy.Hosting.Publishing.Text;

namespace RagPy.Hosting.Publishing;

/// <summary>All that is run from an image, in the order of the model.</summary>
/// <param name="Application">Name of the application, in lower case.</param>
internal sealed record PublishedServices(string Application, IReadOnlyList<PublishedService> All)
{
    private const string Reference = "Reference";

    /// <summary>The secrets of all services, each once, in the order in which they are first used.</summary>
    public IReadOnlyList<TextPart.Secret> Secrets =>
        [
            .. All.SelectMany(service => service.Secrets)
                .GroupBy(secret => secret.Name, StringComparer.Ordinal)
                .Select(group => new TextPart.Secret(group.Key, group.Any(secret => secret.IsRequired), IsEncoded: false)),
        ];

    public PublishedService this[string name] => All.First(service => service.Name == name);

    /// <exception cref="DistributedApplicationException">A resource cannot be run from an image.</exception>
    public static async Task<PublishedServices> FromAsync(PublishPlan plan, string application, CancellationToken cancellationToken)
    {
        var jobs = plan
            .Model.Resources.SelectMany(resource => resource.Annotations.OfType<WaitAnnotation>())
            .Where(wait => wait.WaitType == WaitType.WaitForCompletion)
            .Select(wait => wait.Resource)
            .ToHashSet();
        var services = new List<PublishedService>();
        foreach (var resource in plan.Resources.Where(one => one.Resource is ProjectResource or ContainerResource))
        {
            services.Add(await MakeAsync(resource, application, jobs.Contains(resource.Resource), cancellationToken));
        }

        if (plan.Model.Resources.OfType<ExecutableResource>().FirstOrDefault() is { } executable)
        {
            throw new DistributedApplicationException($"'{executable.Name}' is a program of this machine, which cannot be published.");
        }

        return new PublishedServices(application.ToLowerInvariant(), services);
    }

    private static async Task<PublishedService> MakeAsync(
        ResourcePlan plan,
        string application,
        bool isJob,
        CancellationToken cancellationToken
    )
    {
        var resource = plan.Resource;
        var environment = new OrderedDictionary<string, PublishedText>(StringComparer.Ordinal);
        foreach (var (name, value) in plan.Environment)
        {
            environment[name] = await TextFlattener.FlattenAsync(value, cancellationToken);
        }

        var arguments = new List<PublishedText>();
        foreach (var argument in plan.Arguments)
        {
            arguments.Add(await TextFlattener.FlattenAsync(argument, cancellationToken));
        }

        return new PublishedService
        {
            Resource = resource,
            Project = resource.TryGetLastAnnotation<ProjectPathAnnotation>(out var path)
                ? ProjectImage.Of(path.Path, application, Version)
                : null,
            Image = ContainerImageName.Of(resource) ?? "",
            Server = ServerImage.Of(resource),
            IsJob = isJob,
            Environment = environment,
            Arguments = arguments,
            Ports = [.. resource.Annotations.OfType<EndpointAnnotation>().Select(PublishedPort.Of)],
            Mounts = [.. resource.Annotations.OfType<ContainerMountAnnotation>()],
            Probes = [.. resource.Annotations.OfType<EndpointProbeAnnotation>()],
            Waits =
            [
                .. resource.Annotations.OfType<WaitAnnotation>().Select(wait => (Service(wait.Resource).Name, wait.WaitType)).Distinct(),
            ],
            Calls =
            [
                .. resource
                    .Annotations.OfType<ResourceRelationshipAnnotation>()
                    .Where(relationship => relationship.Type == Reference)
                    .Select(relationship => Service(relationship.Resource).Name)
                    .Distinct(),
            ],
            Replicas = resource.GetReplicaCount(),
            Limits = resource.TryGetLastAnnotation<ResourceLimitsAnnotation>(out var limits) ? limits : null,
            Autoscale = resource.TryGetLastAnnotation<AutoscaleAnnotation>(out var autoscale) ? autoscale : null,
        };
    }

    /// <summary>Images are built with the version of the AppHost that names them.</summary>
    private static string Version => typeof(PublishedServices).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>A database is served by its server.</summary>
    private static IResource Service(IResource resource) => resource is IResourceWithParent child ? child.Parent : resource;
}
