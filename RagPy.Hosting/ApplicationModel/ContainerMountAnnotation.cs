namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that is mounted into a container.</summary>
/// <param name="source">Name of the volume or path on the host; null for an unnamed volume.</param>
/// <param name="target">Path in the container.</param>
public sealed class ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly) : IResourceAnnotation
{
    public string? Source { get; } = source;

    public string Target { get; } = target ?? throw new ArgumentNullException(nameof(target));

    public ContainerMountType Type { get; } = type;

    public bool IsReadOnly { get; } = isReadOnly;
}
