using System.Text;
using RagPy.Core.Embedding;

namespace RagPy.Core.Search;

/// <summary>
/// A query that is long enough to be a sentence copied from somewhere. Whoever searches for one wants the page it stands on, which scores by
/// words cannot promise: a passage that has some of the words more often may be above. Letters and digits alone are compared, folded, so that line
/// breaks, hyphens, quotation marks and accents make no difference.
/// </summary>
internal sealed class VerbatimQuery
{
    /// <summary>Results that are looked through for the words of the query; fewer wanted ones are chosen from as many.</summary>
    public const int Depth = 10;

    private const int LeastWords = 4;
    private const int LeastLetters = 20;

    private readonly string _letters;

    private VerbatimQuery(string letters) => _letters = letters;

    /// <summary>Null for a query that is too short to be a sentence.</summary>
    public static VerbatimQuery? Create(string query)
    {
        if (query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length < LeastWords)
        {
            return null;
        }

        var letters = new StringBuilder(query.Length);
        Squeeze(query, letters, []);

        return letters.Length < LeastLetters ? null : new VerbatimQuery(letters.ToString());
    }

    /// <summary>Where a text has the query word for word, or null.</summary>
    public TextRange? Locate(string text)
    {
        var letters = new StringBuilder(text.Length);
        var origins = new List<(int Start, int End)>(text.Length);
        Squeeze(text, letters, origins);
        var at = letters.ToString().IndexOf(_letters, StringComparison.Ordinal);

        return at < 0 ? null : new TextRange(origins[at].Start, origins[at + _letters.Length - 1].End);
    }

    /// <summary>The first hits in their order, those that have the query word for word before the others and with the best score.</summary>
    public IReadOnlyList<(FusedHit Hit, HydratedPoint Point)> Promote(IReadOnlyList<(FusedHit Hit, HydratedPoint Point)> found)
    {
        var isThere = found.Select((f, i) => i < Depth && Locate(f.Point.Text) is not null).ToList();

        return
        [
            .. found.Where((_, i) => isThere[i]).Select(f => (f.Hit with { Score = found[0].Hit.Score }, f.Point)),
            .. found.Where((_, i) => !isThere[i]),
        ];
    }

    private static void Squeeze(string text, StringBuilder letters, List<(int Start, int End)> origins)
    {
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var start = at;
            at += rune.Utf16SequenceLength;
            if (!Rune.IsLetterOrDigit(rune))
            {
                continue;
            }

            if (rune.IsAscii)
            {
                letters.Append(char.ToLowerInvariant((char)rune.Value));
                origins.Add((start, at));
                continue;
            }

            foreach (var letter in TextFolding.Fold(TextFolding.Normalize(rune.ToString())))
            {
                letters.Append(letter);
                origins.Add((start, at));
            }
        }
    }
}
