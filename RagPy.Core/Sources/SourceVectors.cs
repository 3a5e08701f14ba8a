namespace RagPy.Core.Sources;

/// <summary>What a source that brings vectors needs to know of where they go.</summary>
/// <param name="Model">Which model made them, as the id of an embedder; null when nobody says.</param>
/// <param name="Embedder">The project's embedder.</param>
/// <param name="Dimension">Components of its vectors.</param>
public sealed record SourceVectors(string? Model, string Embedder, int Dimension);
