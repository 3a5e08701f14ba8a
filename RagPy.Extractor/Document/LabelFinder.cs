using System.Globalization;

namespace RagPy.Extractor.Document;

/// <summary>
/// Finds printed page numbers: numbers in the margins whose distance to the page index stays the same. One number proves nothing; a year
/// or a volume repeats and so never keeps its distance.
/// </summary>
internal static class LabelFinder
{
    private const int MostLabel = 99_999;

    /// <summary>Labels by position, null where none is known.</summary>
    public static string?[] Find(IReadOnlyList<PageDigest> pages)
    {
        var labels = new string?[pages.Count];
        Assign(pages, labels, roman: false);
        Assign(pages, labels, roman: true);
        return labels;
    }

    /// <summary>The number that a margin line shows alone or at one of its ends.</summary>
    public static IEnumerable<int> Numbers(string line, bool roman)
    {
        var text = line.AsSpan().Trim().Trim("-–—[]()|. ");
        if (roman)
        {
            return RomanNumeral.TryParse(text, out var value) ? [value] : [];
        }

        var numbers = new List<int>(2);
        AddNumber(text, fromStart: true, numbers);
        AddNumber(text, fromStart: false, numbers);
        var of = line.IndexOf(" of ", StringComparison.OrdinalIgnoreCase);
        if (of > 0)
        {
            AddNumber(line.AsSpan(0, of).Trim(), fromStart: false, numbers);
        }

        return numbers;
    }

    private static void AddNumber(ReadOnlySpan<char> text, bool fromStart, List<int> numbers)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(fromStart ? text[length] : text[^(length + 1)]))
        {
            length++;
        }

        var digits = fromStart ? text[..length] : text[^length..];
        var bounded = length == text.Length || !IsPartOfNumber(fromStart ? text[length] : text[^(length + 1)]);
        if (
            length is > 0 and <= 5
            && bounded
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value <= MostLabel
        )
        {
            numbers.Add(value);
        }
    }

    private static bool IsPartOfNumber(char c) => char.IsLetter(c) || c is '.' or ',' or '/' or ':' or '-' or '–';

    private static void Assign(IReadOnlyList<PageDigest> pages, string?[] labels, bool roman)
    {
        var votes = new Dictionary<int, List<int>>();
        for (var i = 0; i < pages.Count; i++)
        {
            foreach (var line in pages[i].Lines)
            {
                if (labels[i] is null && pages[i].IsInMargin(line))
                {
                    foreach (var number in Numbers(line.Text!, roman))
                    {
                        Vote(votes, number - i, i);
                    }
                }
            }
        }

        var (offset, witnesses) = Winner(votes);
        if (witnesses is null || witnesses.Count < Math.Clamp((int)Math.Ceiling(pages.Count * 0.34), 2, 3))
        {
            return;
        }

        int from = witnesses[0],
            to = witnesses[^1];
        if (!roman)
        {
            // Opening pages often hide their number, and the last one may be cut; front matter has its own numbers.
            from = witnesses.Count >= 0.5 * (to - from + 1) ? 0 : from;
            to = witnesses.Count >= 0.5 * (to - from + 1) ? pages.Count - 1 : to;
        }

        for (var i = from; i <= to; i++)
        {
            if (labels[i] is null && i + offset >= 1)
            {
                labels[i] = roman ? RomanNumeral.Format(i + offset) : (i + offset).ToString(CultureInfo.InvariantCulture);
            }
        }
    }

    private static void Vote(Dictionary<int, List<int>> votes, int offset, int page)
    {
        if (!votes.TryGetValue(offset, out var witnesses))
        {
            votes.Add(offset, witnesses = []);
        }

        if (witnesses.Count == 0 || witnesses[^1] != page)
        {
            witnesses.Add(page);
        }
    }

    private static (int Offset, List<int>? Witnesses) Winner(Dictionary<int, List<int>> votes)
    {
        var offset = 0;
        List<int>? best = null;
        foreach (var (candidate, witnesses) in votes)
        {
            if (best is null || witnesses.Count > best.Count || (witnesses.Count == best.Count && candidate < offset))
            {
                (offset, best) = (candidate, witnesses);
            }
        }

        return (offset, best);
    }
}
