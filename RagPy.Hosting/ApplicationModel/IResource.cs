namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: something that runs, or a value that others need.</summary>
public interface IResource
{
    /// <summary>Unique in the model, whatever the case of its letters.</summary>
    string Name { get; }

    /// <summary>Everything that is known of the resource beside its kind.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
