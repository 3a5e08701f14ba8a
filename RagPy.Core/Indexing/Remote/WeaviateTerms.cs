using System.Globalization;
using System.Text;
using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Our analysed terms as a text that Weaviate splits at spaces: each term's hash in eight hexadecimal digits, as often as it occurs. Weaviate takes the number of
/// different words for a text's length (<c>Shard.SetPropertyLengths</c>), BM25 all words; a filler word for each repetition, different in itself and never asked for,
/// makes the one as large as the other.
/// </summary>
internal static class WeaviateTerms
{
    private const char Filler = '_';

    /// <summary>What is kept of a chunk.</summary>
    public static string Write(SparseVector sparse)
    {
        var text = new StringBuilder(9 * (2 * sparse.Length - sparse.Terms.Length));
        AppendTerms(text, sparse);
        for (var i = 0; i < sparse.Length - sparse.Terms.Length; i++)
        {
            text.Append(Filler).Append(i.ToString(CultureInfo.InvariantCulture)).Append(' ');
        }

        return text.ToString(0, Math.Max(0, text.Length - 1));
    }

    /// <summary>What is asked for; a term that the query has twice weighs twice.</summary>
    public static string WriteQuery(SparseVector sparse)
    {
        var text = new StringBuilder(9 * sparse.Length);
        AppendTerms(text, sparse);
        return text.ToString(0, Math.Max(0, text.Length - 1));
    }

    /// <summary>The vector that <see cref="Write"/> got.</summary>
    /// <exception cref="FormatException">The text is not of its making.</exception>
    public static SparseVector Read(string text)
    {
        var counts = new SortedDictionary<uint, int>();
        var length = 0;
        foreach (var range in text.AsSpan().Split(' '))
        {
            var word = text.AsSpan(range);
            if (word.IsEmpty || word[0] == Filler)
            {
                continue;
            }

            var term = uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            counts[term] = counts.GetValueOrDefault(term) + 1;
            length++;
        }

        return new SparseVector([.. counts.Keys], [.. counts.Values], length);
    }

    private static void AppendTerms(StringBuilder text, SparseVector sparse)
    {
        for (var i = 0; i < sparse.Terms.Length; i++)
        {
            for (var n = 0; n < sparse.Counts[i]; n++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{sparse.Terms[i]:x8} ");
            }
        }
    }
}
