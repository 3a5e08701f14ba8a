using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>A GET that tells whether a resource is healthy; asked of each replica.</summary>
/// <param name="EndpointName">Endpoint that is asked; the first HTTP endpoint when null.</param>
internal sealed record HttpHealthCheckAnnotation(string? EndpointName, string Path, int StatusCode) : IResourceAnnotation
{
    /// <summary>The endpoint that is asked; null when the resource has none such.</summary>
    public EndpointAnnotation? EndpointOf(IResource resource) =>
        resource
            .Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(endpoint =>
                EndpointName is null
                    ? endpoint.UriScheme is "http" or "https"
                    : string.Equals(endpoint.Name, EndpointName, StringComparison.OrdinalIgnoreCase)
            );
}
