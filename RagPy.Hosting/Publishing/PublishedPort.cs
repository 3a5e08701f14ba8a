using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Publishing;

/// <summary>A port that a published service listens on.</summary>
/// <param name="Scheme"><c>http</c>, <c>https</c>, <c>tcp</c>, …</param>
/// <param name="IsExternal">It may be called from outside.</param>
internal sealed record PublishedPort(string Name, string Scheme, int Number, bool IsExternal)
{
    // An unprivileged user may not take ports below 1,024.
    private const int Http = 8080;
    private const int Https = 8443;

    public static PublishedPort Of(EndpointAnnotation endpoint) =>
        new(endpoint.Name, endpoint.UriScheme, NumberOf(endpoint), endpoint.IsExternal);

    /// <summary>A part of an endpoint's address: services are known by their resource's name.</summary>
    /// <exception cref="DistributedApplicationException">The resource has no such endpoint.</exception>
    public static string Address(EndpointReference endpoint, EndpointProperty property)
    {
        if (!endpoint.Exists)
        {
            throw new DistributedApplicationException(
                $"Something refers to the endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}', which has none of that name."
            );
        }

        var host = endpoint.Resource.Name;
        var port = NumberOf(endpoint.EndpointAnnotation).ToString(CultureInfo.InvariantCulture);

        return property switch
        {
            EndpointProperty.Url => $"{endpoint.Scheme}://{host}:{port}",
            EndpointProperty.Host or EndpointProperty.IPV4Host => host,
            EndpointProperty.Port or EndpointProperty.TargetPort => port,
            EndpointProperty.Scheme => endpoint.Scheme,
            EndpointProperty.HostAndPort => $"{host}:{port}",
            _ => throw new DistributedApplicationException($"An endpoint has no property {property}."),
        };
    }

    private static int NumberOf(EndpointAnnotation endpoint) => endpoint.TargetPort ?? (endpoint.UriScheme == "https" ? Https : Http);
}
