using RagPy.Core.Extraction.Sections;
using RagPy.Core.Sources.Chunks;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Extraction;

/// <summary>Which extractor reads a file, by its media type; what nobody else reads is a PDF.</summary>
internal sealed class Extractors(IPageTextExtractor pages, IEnumerable<ISectionExtractor> sections)
{
    private readonly ISectionExtractor[] _sections = [.. sections];

    /// <summary>Engine of files that have pages.</summary>
    public string PageEngine => pages.Engine;

    /// <summary>The extractor of files of a media type.</summary>
    public IPageTextExtractor For(string contentType) =>
        CsvText.TryProvider(contentType, out var provider) ? new CsvTextExtractor(provider)
        : ChunkText.TryProvider(contentType, out provider) ? new ChunkTextExtractor(provider)
        : _sections.FirstOrDefault(extractor => extractor.Reads(contentType)) ?? pages;

    /// <summary>Whether files of a media type have pages, which may need recognition, rather than sections.</summary>
    public bool HasPages(string contentType) => ReferenceEquals(For(contentType), pages);
}
