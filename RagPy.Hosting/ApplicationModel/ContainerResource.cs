namespace Aspire.Hosting.ApplicationModel;

/// <summary>A service that is published as a container.</summary>
/// <param name="entrypoint">Program that is run in place of the image's own; null for that one.</param>
public class ContainerResource(string name, string? entrypoint = null)
    : Resource(name),
        IResourceWithEnvironment,
        IResourceWithArgs,
        IResourceWithEndpoints,
        IResourceWithWaitSupport,
        IResourceWithProbes
{
    public string? Entrypoint { get; set; } = entrypoint;
}
