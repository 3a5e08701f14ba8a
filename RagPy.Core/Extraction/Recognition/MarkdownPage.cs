using System.Text;
using System.Text.RegularExpressions;
using RagPy.Core.Extraction.Sections;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// Turns the Markdown that a model gives for a page into a page's text: paragraphs as they are, headings (ATX, CommonMark §4.2) without their marks and noted as
/// such, images and rules left out, links by their words, table rows without their separators.
/// </summary>
internal static partial class MarkdownPage
{
    private const int MaxLevel = 6;

    /// <summary>Reads a page.</summary>
    /// <param name="page">1-based.</param>
    /// <param name="kindOf">What the model says that a paragraph is, by its Markdown; null where it does not say.</param>
    public static RecognizedPage Read(int page, string markdown, Func<string, RegionKind?>? kindOf = null)
    {
        var text = new StringBuilder();
        var regions = new List<TextRegion>();
        foreach (var (source, isCode) in Blocks(SectionText.Clean(markdown)))
        {
            var (level, title) = isCode ? (0, "") : HeadingOf(source);
            var block = level > 0 ? Inline(title) : PlainOf(source, isCode);
            if (block.Length == 0)
            {
                continue;
            }

            text.Append(text.Length > 0 ? "\n\n" : "");
            var start = text.Length;
            text.Append(block);
            var kind = kindOf?.Invoke(source);
            if (level > 0 && kind is null or RegionKind.Heading)
            {
                regions.Add(new TextRegion(page, start, text.Length, RegionKind.Heading, Math.Max(1, level)));
            }
            else if (kind is { } said)
            {
                regions.Add(new TextRegion(page, start, text.Length, said));
            }
        }

        return new RecognizedPage(page, text.ToString(), [], regions);
    }

    /// <summary>Stretches between blank lines; a heading is a block of its own, and so is fenced code.</summary>
    private static IEnumerable<(string Source, bool IsCode)> Blocks(string markdown)
    {
        var block = new List<string>();
        var isCode = false;
        foreach (var line in markdown.Split('\n'))
        {
            var isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            var isHeading = !isCode && HeadingOf(line).Level > 0;
            if (isFence || isHeading || (!isCode && string.IsNullOrWhiteSpace(line)))
            {
                if (block.Count > 0)
                {
                    yield return (string.Join('\n', block), isCode);
                    block.Clear();
                }

                isCode ^= isFence;
                if (isHeading)
                {
                    yield return (line, false);
                }
            }
            else
            {
                block.Add(line.TrimEnd());
            }
        }

        if (block.Count > 0)
        {
            yield return (string.Join('\n', block), isCode);
        }
    }

    private static (int Level, string Title) HeadingOf(string block)
    {
        var level = block.AsSpan().IndexOfAnyExcept('#');
        return level is > 0 and <= MaxLevel && block[level] is ' ' or '\t' && !block.Contains('\n', StringComparison.Ordinal)
            ? (level, block[level..].Trim().TrimEnd('#').TrimEnd())
            : (0, "");
    }

    private static string PlainOf(string block, bool isCode) =>
        isCode
            ? block.Trim('\n')
            : string.Join('\n', block.Split('\n').Where(line => !IsOrnament(line)).Select(Inline).Where(line => line.Length > 0));

    /// <summary>Rules, and what parts the head of a table from its body (GitHub Flavored Markdown §4.10: one hyphen a cell will do).</summary>
    private static bool IsOrnament(string line) => Ornament().IsMatch(line);

    private static string Inline(string line)
    {
        var plain = Image().Replace(line, "");
        plain = Link().Replace(plain, "$1");
        plain = Break().Replace(plain, " ");
        plain = Strong().Replace(plain, "$2");
        plain = Emphasis().Replace(plain, "$1");
        return Escape().Replace(plain, "$1").Trim();
    }

    [GeneratedRegex(
        @"^\s*(?:[-*_](?:\s*[-*_]){2,}|:?-{2,}:?|\|\s*:?-+:?\s*\||\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?)\s*$",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Ornament();

    [GeneratedRegex(@"!\[[^\]]*\]\([^)]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Image();

    [GeneratedRegex(@"(?<!!)\[([^\]]+)\]\([^()\s]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"<br\s*/?>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Break();

    [GeneratedRegex(@"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", RegexOptions.CultureInvariant)]
    private static partial Regex Strong();

    [GeneratedRegex(@"(?<![\w*\\])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])", RegexOptions.CultureInvariant)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\\([\\`*_{}\[\]()#+\-.!|>~])", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
