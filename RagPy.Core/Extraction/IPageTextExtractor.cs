using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction;

/// <summary>Turns one file into text per page.</summary>
public interface IPageTextExtractor
{
    /// <summary>Name recorded on every page, e.g. <c>pdfpig</c>.</summary>
    string Engine { get; }

    /// <summary>Changes whenever the same file may give other text; part of the cache key and of the generation.</summary>
    string Version { get; }

    /// <summary>Gives the pages in order, then exactly one <see cref="DocumentStructure"/> as the last element.</summary>
    /// <param name="path">A local file; nothing is written to it.</param>
    /// <exception cref="DocumentFailedException">The file cannot be read; the code is one of the closed list.</exception>
    IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, CancellationToken cancellationToken);
}
