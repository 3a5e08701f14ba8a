using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Publishing;

/// <summary>Writes an image as container runtimes take it.</summary>
internal static class ContainerImageName
{
    /// <summary><c>registry/repository:tag</c>; null when the resource has no image.</summary>
    public static string? Of(IResource resource) =>
        resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)
            ? $"{(image.Registry is null ? "" : $"{image.Registry}/")}{image.Image}{(image.Tag is null ? "" : $":{image.Tag}")}"
            : null;
}
