using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>The URLs of a resource, by its endpoints and by what the model makes of them.</summary>
internal static class ResourceUrls
{
    public static async Task<IReadOnlyList<ResourceUrlAnnotation>> OfAsync(
        IResource resource,
        DistributedApplicationExecutionContext execution,
        CancellationToken cancellationToken
    )
    {
        var endpoints = resource is IResourceWithEndpoints owner
            ? resource
                .Annotations.OfType<EndpointAnnotation>()
                .Where(endpoint => endpoint.AllocatedEndpoint is not null)
                .Select(endpoint => new ResourceUrlAnnotation
                {
                    Url = endpoint.AllocatedEndpoint!.UriString,
                    Endpoint = owner.GetEndpoint(endpoint.Name),
                })
            : [];
        var context = new ResourceUrlsCallbackContext(execution, resource, [.. endpoints], cancellationToken);
        foreach (var change in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await change.Callback(context);
        }

        return context.Urls;
    }
}
