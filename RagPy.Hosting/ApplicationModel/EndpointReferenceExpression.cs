using System.Globalization;
using RagPy.Hosting.Running;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of an endpoint's address as a value.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property)
    : IManifestExpressionProvider,
        IValueProvider,
        IValueWithReferences
{
    public EndpointReference Endpoint { get; } = endpointReference ?? throw new ArgumentNullException(nameof(endpointReference));

    public EndpointProperty Property { get; } = property;

    public string ValueExpression =>
        Property switch
        {
            EndpointProperty.HostAndPort => $"{Binding("host")}:{Binding("port")}",
            EndpointProperty.IPV4Host => Binding("host"),
            EndpointProperty.TargetPort => Binding("targetPort"),
            var other => Binding(other.ToString().ToLowerInvariant()),
        };

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) =>
        new(
            Property switch
            {
                EndpointProperty.Url => Endpoint.Url,
                EndpointProperty.Host => Endpoint.Host,
                EndpointProperty.IPV4Host => Endpoint.Host is "localhost" ? "127.0.0.1" : Endpoint.Host,
                EndpointProperty.Port => Endpoint.Port.ToString(CultureInfo.InvariantCulture),
                EndpointProperty.Scheme => Endpoint.Scheme,
                EndpointProperty.TargetPort => TargetPort.Of(Endpoint),
                EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{Endpoint.Host}:{Endpoint.Port}"),
                _ => throw new InvalidOperationException($"An endpoint has no property {Property}."),
            }
        );

    private string Binding(string part) => $"{{{Endpoint.Resource.Name}.bindings.{Endpoint.EndpointName}.{part}}}";
}
