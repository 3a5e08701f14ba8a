using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The connection string of a resource, as another one refers to it.</summary>
internal sealed class ConnectionStringReference(IResourceWithConnectionString resource, bool optional)
    : IValueProvider,
        IManifestExpressionProvider,
        IValueWithReferences
{
    /// <summary>Its absence is no mistake.</summary>
    public bool Optional { get; } = optional;

    public IResourceWithConnectionString Resource { get; } = resource;

    public string ValueExpression => Resource.ValueExpression;

    IEnumerable<object> IValueWithReferences.References => [Resource];

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await Resource.GetConnectionStringAsync(cancellationToken);
        }
        catch (MissingParameterValueException) when (Optional)
        {
            return null;
        }
    }
}
