using System.IO.Hashing;
using System.Text;

namespace RagPy.Core.Embedding;

/// <summary>
/// Feature hashing with signs (Weinberger et al. 2009, "Feature hashing for large scale multitask learning") of words and character n-grams.
/// Sums are kept as integers, so that their order, and with it the machine, makes no difference.
/// </summary>
internal static class HashedFeatures
{
    public const int Dimension = 512;

    /// <summary>Fixed-point unit of a feature that occurs once.</summary>
    private const int Unit = 1 << 10;

    private const int PrefixLength = 6;
    private const int GramLength = 4;

    /// <summary>Components of one folded word: its prefix (a stem that no language owns) and the character n-grams of the word between marks.</summary>
    public static ushort[] Of(string word)
    {
        var marked = '<' + word + '>';
        var features = new List<ushort> { Component("=", word.AsSpan(0, Math.Min(word.Length, PrefixLength))) };
        for (var i = 0; i + GramLength <= marked.Length; i++)
        {
            features.Add(Component("", marked.AsSpan(i, GramLength)));
        }

        return [.. features];
    }

    /// <summary>Unit vector of a text's words.</summary>
    /// <param name="languages">Words in the stop list of one of these are left out.</param>
    /// <param name="text">Used only when no word is left or all components cancel: then its characters decide, so that no text gives a zero vector.</param>
    public static float[] Combine(IReadOnlyList<AnalyzedWord> words, AnalysisLanguages languages, string text)
    {
        Span<int> sums = stackalloc int[Dimension];
        foreach (var word in words)
        {
            if ((word.StopIn & languages) == 0)
            {
                Add(sums, word);
            }
        }

        return Normalize(sums) ?? OfCharacters(text);
    }

    private static void Add(Span<int> sums, AnalyzedWord word)
    {
        // Sublinear frequency, 1 + log₂ tf / 2 in whole steps of a thousandth; the word counts as much as all its n-grams together.
        var weight = Unit + (Unit / 2 * BitLog(word.Count) >> 8);
        var grams = word.Features.AsSpan(1);
        AddOne(sums, word.Features[0], weight);
        foreach (var gram in grams)
        {
            AddOne(sums, gram, weight / grams.Length);
        }
    }

    private static void AddOne(Span<int> sums, ushort feature, int weight) => sums[feature >> 1] += (feature & 1) == 0 ? weight : -weight;

    /// <summary>log₂ of a count in 1/256, by linear interpolation between powers of two: integer arithmetic only.</summary>
    private static int BitLog(int count)
    {
        var whole = int.Log2(count);
        return (whole << 8) + (int)((((long)count << 8) >> whole) - 256);
    }

    private static float[]? Normalize(ReadOnlySpan<int> sums)
    {
        var square = 0L;
        foreach (var sum in sums)
        {
            square += (long)sum * sum;
        }

        if (square == 0)
        {
            return null;
        }

        var norm = Math.Sqrt(square);
        var vector = new float[Dimension];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(sums[i] / norm);
        }

        return vector;
    }

    private static float[] OfCharacters(string text)
    {
        Span<int> sums = stackalloc int[Dimension];
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune))
            {
                AddOne(sums, Component("c", rune.ToString()), Unit);
            }
        }

        if (Normalize(sums) is { } vector)
        {
            return vector;
        }

        // Blank, or characters that cancel: one component, chosen by the text as a whole.
        sums.Clear();
        sums[Component("t", text) >> 1] = Unit;
        return Normalize(sums)!;
    }

    private static ushort Component(string kind, ReadOnlySpan<char> text)
    {
        var hash = XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(string.Concat(kind, text)), seed: 1);
        return (ushort)((hash % Dimension << 1) | (hash >> 31));
    }
}
