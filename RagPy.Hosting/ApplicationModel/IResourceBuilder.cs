namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource of a model that is being made.</summary>
/// <typeparam name="T">Kind of the resource. Covariant: a builder of a Redis is one of something with a connection string.</typeparam>
public interface IResourceBuilder<out T>
    where T : IResource
{
    /// <summary>The model that the resource belongs to.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    T Resource { get; }

    /// <summary>Adds an annotation.</summary>
    /// <param name="behavior">Whether annotations of the same type are kept.</param>
    IResourceBuilder<T> WithAnnotation<TAnnotation>(
        TAnnotation annotation,
        ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append
    )
        where TAnnotation : IResourceAnnotation;
}
