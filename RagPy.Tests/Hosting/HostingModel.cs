using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>Looks at models without running them.</summary>
internal static class HostingModel
{
    /// <summary>The variables that the model gives to a resource.</summary>
    public static async Task<Dictionary<string, string>> EnvironmentAsync(IResourceBuilder<IResource> resource)
    {
        var plan = await ResourcePlan.MakeAsync(
            resource.Resource,
            resource.ApplicationBuilder.ExecutionContext,
            TestContext.Current.CancellationToken
        );

        return await plan.ResolveEnvironmentAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Says where an endpoint is, as a run would.</summary>
    public static void Allocate(IResourceBuilder<IResourceWithEndpoints> resource, string endpoint, string host, int port)
    {
        var annotation = resource.Resource.GetEndpoint(endpoint).EndpointAnnotation;
        annotation.AllocatedEndpoint = new AllocatedEndpoint(annotation, host, port);
    }
}
