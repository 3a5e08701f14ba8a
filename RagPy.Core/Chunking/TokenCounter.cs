using Microsoft.ML.Tokenizers;

namespace RagPy.Core.Chunking;

/// <summary>
/// Counts tokens of text-embedding-3-large (encoding cl100k_base). Literals of special tokens such as <c>&lt;|endoftext|&gt;</c> count as
/// the ordinary text they are. Thread-safe; loading the vocabulary takes a moment and some memory, so a process has one instance.
/// </summary>
public sealed class TokenCounter
{
    private readonly TiktokenTokenizer _tokenizer = TiktokenTokenizer.CreateForEncoding("cl100k_base");
    private readonly PartCounts _known = new();

    /// <summary>Number of tokens of <paramref name="text"/>, in time linear in its length whatever it is.</summary>
    /// <param name="text">Any text. A run of more than 256 letters, symbols or spaces without a break is counted in parts, which may count about one token more per part.</param>
    /// <param name="limit">Counting stops as soon as this many are found: the answer is then at least this.</param>
    public int Count(ReadOnlySpan<char> text, int limit = int.MaxValue)
    {
        var tokens = 0;
        while (!text.IsEmpty && tokens < limit)
        {
            var length = PreTokenScanner.NextLength(text);
            tokens += CountPart(text[..length]);
            text = text[length..];
        }

        return tokens;
    }

    private int CountPart(ReadOnlySpan<char> part)
    {
        if (part.Length == 1 && char.IsAscii(part[0]))
            return 1;
        if (part.Length > PartCounts.LongestPart)
            return Ask(part);
        if (_known.Find(part) is { } known)
            return known;

        var count = Ask(part);
        _known.Add(part, count);

        return count;
    }

    /// <summary>The tokeniser's own cutting is left out: it would look for special tokens, and on long runs it is quadratic.</summary>
    private int Ask(ReadOnlySpan<char> part) => _tokenizer.CountTokens(part, considerPreTokenization: false, considerNormalization: false);
}
