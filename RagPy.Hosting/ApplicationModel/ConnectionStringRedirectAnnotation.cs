namespace Aspire.Hosting.ApplicationModel;

/// <summary>The resource is not run here: another one's connection string stands for its own.</summary>
public class ConnectionStringRedirectAnnotation(IResourceWithConnectionString resource) : IResourceAnnotation
{
    public IResourceWithConnectionString Resource { get; } = resource ?? throw new ArgumentNullException(nameof(resource));
}
