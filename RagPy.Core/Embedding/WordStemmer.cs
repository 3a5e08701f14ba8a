using Lucene.Net.Analysis;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.TokenAttributes;

namespace RagPy.Core.Embedding;

/// <summary>Lucene's stem filters applied to single words. Not thread safe.</summary>
internal sealed class WordStemmer : IDisposable
{
    private readonly WordStream _englishWord = new();
    private readonly WordStream _frenchWord = new();
    private readonly PorterStemFilter _english;
    private readonly FrenchLightStemFilter _french;

    public WordStemmer()
    {
        _english = new PorterStemFilter(_englishWord);
        _french = new FrenchLightStemFilter(_frenchWord);
    }

    /// <summary>Porter's stem (1980) of a lower-case word.</summary>
    public string English(string word) => _englishWord.Run(_english, word);

    /// <summary>Savoy's light stem (1999) of a lower-case word.</summary>
    public string French(string word) => _frenchWord.Run(_french, word);

    public void Dispose()
    {
        _english.Dispose();
        _french.Dispose();
    }

    private sealed class WordStream : TokenStream
    {
        private readonly ICharTermAttribute _term;
        private string? _word;

        public WordStream() => _term = AddAttribute<ICharTermAttribute>();

        public string Run(TokenFilter filter, string word)
        {
            _word = word;
            filter.IncrementToken();
            return _term.ToString() ?? word;
        }

        public override bool IncrementToken()
        {
            if (_word is null)
            {
                return false;
            }

            ClearAttributes();
            _term.SetEmpty().Append(_word);
            _word = null;
            return true;
        }
    }
}
