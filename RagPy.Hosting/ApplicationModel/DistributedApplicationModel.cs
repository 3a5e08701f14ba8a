namespace Aspire.Hosting.ApplicationModel;

/// <summary>The whole application as it was declared.</summary>
public class DistributedApplicationModel(IResourceCollection resources)
{
    public IResourceCollection Resources { get; } = resources ?? throw new ArgumentNullException(nameof(resources));
}
