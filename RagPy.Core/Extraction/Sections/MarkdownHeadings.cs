namespace RagPy.Core.Extraction.Sections;

/// <summary>ATX headings of a Markdown text (CommonMark §4.2): what recognition by a model gives, and the original's texts from it have.</summary>
internal static class MarkdownHeadings
{
    private const int MaxLevel = 6;

    /// <summary>The headings as ranges without their marks, in order.</summary>
    /// <param name="section">1-based page or section of the text.</param>
    public static IEnumerable<TextRegion> Find(int section, string text)
    {
        var isCode = false;
        for (var start = 0; start < text.Length; )
        {
            var found = text.IndexOf('\n', start);
            var end = found < 0 ? text.Length : found;
            var line = text.AsSpan(start, end - start);
            isCode ^= line.TrimStart().StartsWith("```");
            if (!isCode && LevelOf(line) is > 0 and var level)
            {
                var title = line[level..].Trim().TrimEnd('#').TrimEnd();
                var from = start + level + (line[level..].Length - line[level..].TrimStart().Length);
                if (title.Length > 0)
                {
                    yield return new TextRegion(section, from, from + title.Length, RegionKind.Heading, level);
                }
            }

            start = end + 1;
        }
    }

    private static int LevelOf(ReadOnlySpan<char> line)
    {
        var level = line.IndexOfAnyExcept('#');

        return level is > 0 and <= MaxLevel && line[level] is ' ' or '\t' ? level : 0;
    }
}
