namespace RagPy.Core.Search;

/// <summary>The documents of a project whose current vectors are of one embedder.</summary>
/// <param name="Documents">Empty when the project has this embedder only: then nothing needs to be told apart.</param>
internal sealed record EmbedderPart(string Embedder, IReadOnlySet<Guid> Documents);
