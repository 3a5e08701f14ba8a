namespace RagPy.Api.Contracts;

/// <summary>What is to change of a project; what is absent or null stays.</summary>
/// <param name="Name">1 to 255 characters.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="Store">
/// Which vector store shall hold its passages. They are moved in the background, and searches go on in the old store until all are in the new one; naming the
/// store that serves now calls a move off.
/// </param>
/// <param name="Embedder">Another embedder: every document gets new vectors, and is found by its old ones until it has them. For the owner.</param>
/// <param name="CleanUp">Another chat model to clean passages up, or <c>none</c>: documents that it concerns are made anew, and found as they were until then. For the owner.</param>
/// <param name="Ocr">Another engine to read pages without a usable text layer, as when a project is made. It holds for what is read after this; pages that were read stay. For the owner.</param>
/// <param name="OcrPages">Other pages to be read so, as when a project is made. For the owner.</param>
internal sealed record ProjectChange(
    string? Name,
    string? Description,
    string? Store = null,
    string? Embedder = null,
    string? CleanUp = null,
    string? Ocr = null,
    string? OcrPages = null
);
