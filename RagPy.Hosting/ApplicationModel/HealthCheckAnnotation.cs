namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource is healthy when the check of this name passes.</summary>
public sealed class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    public string Key { get; } = key ?? throw new ArgumentNullException(nameof(key));
}
