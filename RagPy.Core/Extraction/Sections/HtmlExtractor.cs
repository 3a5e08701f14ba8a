using System.Runtime.CompilerServices;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction.Sections;

/// <summary>HTML snapshots, as Zotero keeps them: a section for each heading, without navigation, forms and what is hidden.</summary>
internal sealed class HtmlExtractor : ISectionExtractor
{
    public const string ContentType = "text/html";

    public string Engine => "html";

    public string Version => "html-1";

    public bool Reads(string contentType) => contentType == ContentType;

    /// <exception cref="DocumentFailedException"><c>empty</c> or <c>too_large</c>.</exception>
    public async IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var sections = new SectionWriter(Engine);
        HtmlReader page;
        await using (var content = File.OpenRead(path))
        {
            page = HtmlReader.Read(await HtmlFile.ReadAsync(content, cancellationToken), sections, cancellationToken);
        }

        var parts = sections.Finish(Known(page.Title), Known(page.Language)).ToList();
        if (parts.Count == 1)
        {
            throw new DocumentFailedException(
                FailureCode.Empty,
                "The page has no text; it may have been saved before its scripts wrote any."
            );
        }

        foreach (var part in parts)
        {
            yield return part;
        }
    }

    private static string? Known(string text) => text.Length > 0 ? text : null;
}
