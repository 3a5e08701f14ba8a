using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>Where the project file of a project is.</summary>
/// <param name="Path">Absolute.</param>
internal sealed record ProjectPathAnnotation(string Path) : IResourceAnnotation;
