using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>What an ASP.NET project listens on.</summary>
internal static class ProjectUrls
{
    /// <summary>The value of <c>ASPNETCORE_URLS</c>; null when the project has no HTTP endpoint.</summary>
    public static ReferenceExpression? Of(IResource resource)
    {
        ReferenceExpression? urls = null;
        foreach (
            var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme is "http" or "https")
        )
        {
            var port = new EndpointReference((IResourceWithEndpoints)resource, endpoint.Name).Property(EndpointProperty.TargetPort);
            var url = ReferenceExpression.Create($"{endpoint.UriScheme}://{endpoint.TargetHost}:{port}");
            urls = urls is null ? url : ReferenceExpression.Create($"{urls};{url}");
        }

        return urls;
    }
}
