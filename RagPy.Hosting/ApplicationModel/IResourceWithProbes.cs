namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource whose state an orchestrator asks for.</summary>
public interface IResourceWithProbes : IResource;
