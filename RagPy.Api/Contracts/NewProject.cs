namespace RagPy.Api.Contracts;

/// <summary>A project to be made.</summary>
/// <param name="Name">1 to 255 characters; no other of your projects has it.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="Store">Which vector store holds its passages; the server's default when absent.</param>
/// <param name="Embedder">As <c>openai/text-embedding-3-large</c>; the default when absent.</param>
/// <param name="CleanUp">Chat model that cleans its passages up, as <c>openai/gpt-4o-mini</c>, or <c>none</c>; the default when absent.</param>
/// <param name="Ocr">What reads pages without a usable text layer: <c>auto</c>, <c>mistral</c>, <c>vision</c>, <c>tesseract</c>, <c>none</c>, or <c>default</c> for what the server is set to; that when absent.</param>
/// <param name="OcrPages">Which pages it reads: those that <c>need</c> it, <c>all</c>, or <c>default</c>; that when absent.</param>
internal sealed record NewProject(
    string? Name,
    string? Description,
    string? Store = null,
    string? Embedder = null,
    string? CleanUp = null,
    string? Ocr = null,
    string? OcrPages = null
);
