namespace Aspire.Hosting.ApplicationModel;

/// <summary>Base of all resources.</summary>
/// <param name="name">1 to 64 ASCII letters, digits and single hyphens, a letter first, no hyphen last.</param>
public abstract class Resource(string name) : IResource
{
    public virtual string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    public virtual ResourceAnnotationCollection Annotations { get; } = [];

    public override string ToString() => $"{GetType().Name} {Name}";
}
