namespace RagPy.Hosting.Publishing;

/// <summary>One file that is published.</summary>
/// <param name="Path">Relative to the output folder, with <c>/</c>.</param>
/// <param name="Content">Lines end with a line feed.</param>
internal sealed record PublishedFile(string Path, string Content, bool IsExecutable = false);
