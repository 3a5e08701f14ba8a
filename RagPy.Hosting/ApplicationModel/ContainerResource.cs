namespace Aspire.Hosting.ApplicationModel;

/// <summary>A service that is published as a container.</summary>
public class ContainerResource(string name)
    : Resource(name),
        IResourceWithEnvironment,
        IResourceWithArgs,
        IResourceWithEndpoints,
        IResourceWithWaitSupport;
