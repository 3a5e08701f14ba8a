using System.IO.Hashing;
using System.Text;
using Lucene.Net.Analysis.Fr;

namespace RagPy.Core.Embedding;

/// <summary>
/// Turns words into hashed terms: compatibility forms and case, elision or possessive, stop list, stem, and only then accents
/// (DESIGN §3.4). Terms carry their language, numbers and other scripts none. Not thread safe; rent one from a <see cref="TextAnalyzerPool"/>.
/// </summary>
internal sealed class TextAnalyzer : IDisposable
{
    /// <summary>Vocabulary follows Zipf's law, so that so many words cover nearly every text; beyond, the memory starts afresh.</summary>
    private const int MaxWords = 40_000;

    private readonly WordStemmer _stemmer = new();
    private readonly Dictionary<string, AnalyzedWord> _words = [];
    private readonly Dictionary<string, AnalyzedWord>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<AnalyzedWord> _counted = [];

    public TextAnalyzer() => _lookup = _words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Counts the distinct words of the texts. The list and its counts hold until the next call.</summary>
    public IReadOnlyList<AnalyzedWord> Count(ReadOnlySpan<char> title, ReadOnlySpan<char> text)
    {
        foreach (var word in _counted)
        {
            word.Count = 0;
        }

        _counted.Clear();
        TrimWords();
        Count(title);
        Count(text);
        return _counted;
    }

    /// <summary>Every word of a text with its place in it (UTF-16 units, half open).</summary>
    public List<(AnalyzedWord Word, int Start, int End)> Locate(ReadOnlySpan<char> text)
    {
        TrimWords();
        var words = new List<(AnalyzedWord, int, int)>();
        var scanner = new WordScanner(text);
        while (scanner.MoveNext())
        {
            words.Add((Get(scanner.Current), scanner.Start, scanner.End));
        }

        return words;
    }

    public void Dispose() => _stemmer.Dispose();

    /// <summary>Stable hash of a term, the same on every machine and in every process.</summary>
    private static uint Hash(string prefix, string term) => XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(prefix + term));

    private void TrimWords()
    {
        // Only between texts: one word must not have two entries within a text.
        if (_words.Count > MaxWords)
        {
            _words.Clear();
        }
    }

    private void Count(ReadOnlySpan<char> text)
    {
        var scanner = new WordScanner(text);
        while (scanner.MoveNext())
        {
            var word = Get(scanner.Current);
            if (word.Count++ == 0)
            {
                _counted.Add(word);
            }
        }
    }

    private AnalyzedWord Get(ReadOnlySpan<char> written)
    {
        if (!_lookup.TryGetValue(written, out var word))
        {
            word = Analyze(written);
            _lookup[written] = word;
        }

        return word;
    }

    private AnalyzedWord Analyze(ReadOnlySpan<char> written)
    {
        var word = TextFolding.Normalize(written);
        if (!IsPlainWord(word))
        {
            var term = TextFolding.Fold(word);
            return new AnalyzedWord
            {
                IsNeutral = true,
                Neutral = Hash("", term),
                Features = HashedFeatures.Of(term),
            };
        }

        word = word.Replace(".", "");
        var english = WithoutPossessive(word);
        var french = WithoutElision(word);
        return new AnalyzedWord
        {
            English = Hash("en:", TextFolding.Fold(_stemmer.English(english))),
            French = Hash("fr:", TextFolding.Fold(_stemmer.French(french))),
            StopIn =
                (StopWords.English.Contains(english) ? AnalysisLanguages.English : 0)
                | (StopWords.French.Contains(french) ? AnalysisLanguages.French : 0),
            Features = HashedFeatures.Of(TextFolding.Fold(WithoutElision(english))),
        };
    }

    /// <summary>A word that has a Latin letter and no digit: what the stemmers know.</summary>
    private static bool IsPlainWord(string word)
    {
        var latin = false;
        foreach (var c in word)
        {
            if (char.IsDigit(c))
            {
                return false;
            }

            latin |= char.IsAsciiLetter(c) || c is >= '\u00C0' and <= '\u024F';
        }

        return latin;
    }

    private static string WithoutPossessive(string word) => word.EndsWith("'s", StringComparison.Ordinal) ? word[..^2] : word;

    private static string WithoutElision(string word)
    {
        var apostrophe = word.IndexOf('\'');
        return apostrophe > 0 && FrenchAnalyzer.DEFAULT_ARTICLES.Contains(word[..apostrophe]) ? word[(apostrophe + 1)..] : word;
    }
}
