using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A connection string that comes from outside as it is.</summary>
internal sealed class GivenConnectionStringResource(string name, ReferenceExpression expression, string? environmentVariable = null)
    : Resource(name),
        IResourceWithConnectionString
{
    public ReferenceExpression ConnectionStringExpression { get; } = expression;

    public string? ConnectionStringEnvironmentVariable { get; } = environmentVariable;
}
