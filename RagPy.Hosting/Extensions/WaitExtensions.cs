using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <content>The order in which resources start.</content>
public static partial class ResourceBuilderExtensions
{
    private const string Waits = "WaitFor";

    /// <summary>Starts the resource only when another one runs and is healthy; with a database, its server too.</summary>
    /// <exception cref="DistributedApplicationException">It would wait for itself.</exception>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitUntilHealthy);

    /// <summary>Starts the resource only when another one has ended.</summary>
    /// <param name="exitCode">The code with which it has to end.</param>
    /// <exception cref="DistributedApplicationException">It would wait for itself.</exception>
    public static IResourceBuilder<T> WaitForCompletion<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency,
        int exitCode = 0
    )
        where T : IResourceWithWaitSupport => builder.Wait(dependency, WaitType.WaitForCompletion, exitCode);

    private static IResourceBuilder<T> Wait<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResource> dependency,
        WaitType type,
        int exitCode = 0
    )
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        var waited = dependency.Resource;
        if (ReferenceEquals(waited, builder.Resource) || (builder.Resource is IResourceWithParent child && child.Parent == waited))
        {
            throw new DistributedApplicationException(
                $"The resource '{builder.Resource.Name}' cannot wait for '{waited.Name}': it is itself or its parent."
            );
        }

        return builder
            .WithAnnotation(new WaitAnnotation(waited, type, exitCode))
            .WithAnnotation(new ResourceRelationshipAnnotation(waited, Waits));
    }
}
