using RagPy.Core.Extraction;

namespace RagPy.Extractor.Document;

/// <summary>
/// Finds headings among short blocks, by size and weight against the body, by numbering, capitals and well-known words. Their levels
/// follow the numbering where there is one, and the rank of their type size elsewhere.
/// </summary>
internal static class HeadingFinder
{
    /// <summary>Lines a heading has at most.</summary>
    public const int MaxLines = 3;

    /// <summary>UTF-16 units a heading has at most.</summary>
    public const int MaxLength = 160;

    private const int MaxLevel = 6;

    /// <summary>Larger than the body by this factor says heading by itself.</summary>
    private const float Larger = 1.13f;

    public static List<Region> Find(IReadOnlyList<PageDigest> pages, float bodySize)
    {
        var bodyIsBold = BodyIsBold(pages, bodySize);
        var candidates = new List<Candidate>();
        foreach (var page in pages)
        {
            for (var i = 0; i < page.Lines.Length; i++)
            {
                if (page.Lines[i].StartsBlock && TryRead(page, i, bodySize, bodyIsBold) is { } candidate)
                {
                    candidates.Add(candidate);
                }
            }
        }

        return Rank(candidates);
    }

    private static bool BodyIsBold(IReadOnlyList<PageDigest> pages, float bodySize)
    {
        int bold = 0,
            all = 0;
        foreach (var page in pages)
        {
            foreach (var line in page.Lines)
            {
                if (MathF.Abs(line.Size - bodySize) < 0.3f)
                {
                    all++;
                    bold += line.Bold ? 1 : 0;
                }
            }
        }

        return bold * 2 > all;
    }

    private static Candidate? TryRead(PageDigest page, int first, float bodySize, bool bodyIsBold)
    {
        var end = first + 1;
        while (end < page.Lines.Length && !page.Lines[end].StartsBlock)
        {
            end++;
        }

        var head = page.Lines[first];
        var last = page.Lines[end - 1];
        if (end - first > MaxLines || last.End - head.Start > MaxLength || head.Sideways || head.Furniture || head.Aside)
        {
            return null;
        }

        var text = "";
        for (var i = first; i < end; i++)
        {
            if (page.Lines[i].Text is not { } line)
            {
                return null;
            }

            text += (i == first ? "" : " ") + line;
        }

        var words = HeadingText.Read(text);
        return words.LooksLikeHeading && IsHeading(head, words, bodySize, bodyIsBold)
            ? new Candidate(page.Index, head.Start, last.End, head.Size, head.Bold, words.IsCapitals, words.NumberDepth)
            : null;
    }

    private static bool IsHeading(in DigestLine line, in HeadingText text, float bodySize, bool bodyIsBold)
    {
        if (text.IsKnownSection)
        {
            return true;
        }

        if (line.Size < 0.93f * bodySize)
        {
            return false;
        }

        return line.Size >= Larger * bodySize
            || (line.Bold && !bodyIsBold && !text.EndsSentence)
            || (text.NumberDepth > 0 && !text.EndsSentence && (line.Italic || text.IsCapitals || line.Size >= 1.05f * bodySize))
            || (text.IsCapitals && text.Letters >= 6 && !text.EndsSentence);
    }

    private static List<Region> Rank(List<Candidate> candidates)
    {
        var levels = new Dictionary<(int Size, bool Bold, bool Capitals), int>();
        foreach (var candidate in candidates)
        {
            if (candidate.NumberDepth > 0)
            {
                var level = Math.Min(candidate.NumberDepth + 1, MaxLevel);
                levels[candidate.Style] = Math.Min(level, levels.GetValueOrDefault(candidate.Style, MaxLevel));
            }
        }

        var sizes = new SortedSet<int>();
        foreach (var candidate in candidates)
        {
            sizes.Add(-candidate.Style.Size);
        }

        var ranks = new Dictionary<int, int>();
        foreach (var size in sizes)
        {
            ranks.Add(-size, Math.Min(ranks.Count + 1, MaxLevel));
        }

        var regions = new List<Region>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var level =
                candidate.NumberDepth > 0 ? Math.Min(candidate.NumberDepth + 1, MaxLevel)
                : levels.TryGetValue(candidate.Style, out var known) ? known
                : ranks[candidate.Style.Size];
            regions.Add(new Region(candidate.Page, candidate.Start, candidate.End, RegionKind.Heading, level));
        }

        return regions;
    }

    private readonly record struct Candidate(int Page, int Start, int End, float Size, bool Bold, bool Capitals, int NumberDepth)
    {
        public (int Size, bool Bold, bool Capitals) Style => ((int)MathF.Round(Size * 2), Bold, Capitals);
    }
}
