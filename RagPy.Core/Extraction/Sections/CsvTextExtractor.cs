using System.Runtime.CompilerServices;
using System.Text;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction.Sections;

/// <summary>The text of a CSV's row as it is, in sections only where it is long. Its engine is the provider that the row names.</summary>
internal sealed class CsvTextExtractor(string provider) : IPageTextExtractor
{
    /// <summary>UTF-16 units of a section; the text is cut at blank lines, so that the sections joined by one give it back.</summary>
    private const int SectionUnits = 50_000;

    /// <summary>A text without any blank line is cut where it must be: no section is longer.</summary>
    private const int MaxUnits = 500_000;

    private static readonly string[] s_markdown = ["mistral", "openai"];

    public string Engine => provider;

    public string Version => "csv-text-1";

    public async IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = SectionText.Clean(await File.ReadAllTextAsync(path, Encoding.UTF8, cancellationToken)).Trim();
        if (text.Length == 0)
        {
            throw new DocumentFailedException(FailureCode.Empty, "The row's text has nothing but white space.");
        }

        var regions = new List<TextRegion>();
        var count = 0;
        foreach (var section in Cut(text))
        {
            count++;
            yield return new ExtractedPage(count, null, Engine, section, 0, 0, ReadOnlyMemory<byte>.Empty, NeedsOcr: false);
            regions.AddRange(s_markdown.Contains(provider) ? MarkdownHeadings.Find(count, section) : []);
        }

        yield return new DocumentStructure(count, new string?[count], regions, [], [], null, null);
    }

    private static IEnumerable<string> Cut(string text)
    {
        for (var start = 0; start < text.Length; )
        {
            var end = start + SectionUnits < text.Length ? text.IndexOf("\n\n", start + SectionUnits, StringComparison.Ordinal) : -1;
            end = end < 0 ? text.Length : end;
            if (end - start > MaxUnits)
            {
                end = start + SectionText.Beginning(text[start..end], MaxUnits).Length;
            }

            yield return text[start..end];
            start = end;
            while (start < text.Length && text[start] == '\n')
            {
                start++;
            }
        }
    }
}
