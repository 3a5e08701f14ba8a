namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that has a name in published manifests.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The value as manifests write it: <c>{name.connectionString}</c>.</summary>
    string ValueExpression { get; }
}
