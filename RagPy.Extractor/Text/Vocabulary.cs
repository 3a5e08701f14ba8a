namespace RagPy.Extractor.Text;

/// <summary>
/// The words a document has shown so far, as hashes: whether a word broken at the end of a line is written with or without its hyphen is
/// best known from where it stands unbroken.
/// </summary>
internal sealed class Vocabulary
{
    private const int MaxWords = 400_000;

    private readonly HashSet<ulong> _words = [];
    private readonly HashSet<ulong> _again = [];

    /// <summary>Notes a word, lower-cased, without what surrounds it.</summary>
    public void Add(ReadOnlySpan<char> word)
    {
        word = Core(word);
        if (word.Length > 2 && _words.Count < MaxWords && Hash(word, []) is var hash && !_words.Add(hash))
        {
            _again.Add(hash);
        }
    }

    /// <summary>Whether the word was seen more than once: once may be the second half of the broken word itself.</summary>
    public bool HasOften(ReadOnlySpan<char> word) => _again.Contains(Hash(Core(word), []));

    /// <summary>Whether the two parts, joined, were seen.</summary>
    public bool Contains(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => _words.Contains(Hash(Core(first), Core(second)));

    /// <summary>The word without brackets, quotes and punctuation around it. A hyphen at its end stays.</summary>
    public static ReadOnlySpan<char> Core(ReadOnlySpan<char> word)
    {
        var start = 0;
        var end = word.Length;
        while (start < end && !char.IsLetterOrDigit(word[start]))
        {
            start++;
        }

        while (end > start && !char.IsLetterOrDigit(word[end - 1]) && !Hyphenation.IsHyphen(word[end - 1]))
        {
            end--;
        }

        return word[start..end];
    }

    /// <summary>FNV-1a over the lower-case letters, so that equal words agree in every run.</summary>
    private static ulong Hash(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var hash = 14695981039346656037UL;
        hash = Continue(hash, first);
        return Continue(hash, second);

        static ulong Continue(ulong hash, ReadOnlySpan<char> part)
        {
            foreach (var c in part)
            {
                hash = (hash ^ (Hyphenation.IsHyphen(c) ? '-' : char.ToLowerInvariant(c))) * 1099511628211UL;
            }

            return hash;
        }
    }
}
