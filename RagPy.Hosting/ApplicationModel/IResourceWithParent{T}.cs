namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that lives in another one of a known kind.</summary>
public interface IResourceWithParent<out T> : IResourceWithParent
    where T : IResource
{
    new T Parent { get; }

    IResource IResourceWithParent.Parent => Parent;
}
