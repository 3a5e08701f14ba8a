namespace RagPy.Core.Embedding;

/// <summary>
/// Analyses texts into term frequencies under a stable 32-bit hash (xxHash32 of the UTF-8 term). A text in a known language gives that
/// language's terms, any other those of both; a query always gives both, so it finds documents of either. Thread safe.
/// </summary>
public sealed class SparseEncoder
{
    /// <summary>Changes whenever the same text may give other terms; part of the generation.</summary>
    public const int Version = 1;

    private readonly TextAnalyzerPool _pool;

    public SparseEncoder()
        : this(new TextAnalyzerPool()) { }

    internal SparseEncoder(TextAnalyzerPool pool) => _pool = pool;

    /// <summary>Encodes one chunk: title and text are analysed together.</summary>
    /// <param name="title">Title of the chunk's item; may be empty.</param>
    /// <param name="text">The chunk's text.</param>
    /// <param name="language">The document's language as <see cref="LanguageDetector.Resolve"/> gives or takes it; detected from the text when it names none.</param>
    public SparseVector Encode(string title, string text, string language)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        using var lease = _pool.Rent();
        return EncodeWords(lease.Analyzer.Count(title, text), LanguagesOf(language, text));
    }

    /// <summary>Encodes a query. Words in the stop list of the query's own language are left out of both analyses.</summary>
    /// <param name="language">Language of the query where known; detected when empty.</param>
    public SparseVector EncodeQuery(string query, string language = "")
    {
        ArgumentNullException.ThrowIfNull(query);
        using var lease = _pool.Rent();
        var languages = LanguagesOf(language, query);
        var terms = new List<(uint, int)>();
        foreach (var word in lease.Analyzer.Count("", query))
        {
            if (languages == AnalysisLanguages.Both || (word.StopIn & languages) == 0)
            {
                AddTerms(terms, word, AnalysisLanguages.Both);
            }
        }

        return ToVector(terms);
    }

    internal static AnalysisLanguages LanguagesOf(string language, string text) =>
        LanguageDetector.Resolve(language, text) switch
        {
            "en" => AnalysisLanguages.English,
            "fr" => AnalysisLanguages.French,
            _ => AnalysisLanguages.Both,
        };

    internal static SparseVector EncodeWords(IReadOnlyList<AnalyzedWord> words, AnalysisLanguages languages)
    {
        var terms = new List<(uint Term, int Count)>(words.Count);
        foreach (var word in words)
        {
            AddTerms(terms, word, languages);
        }

        return ToVector(terms);
    }

    private static void AddTerms(List<(uint Term, int Count)> terms, AnalyzedWord word, AnalysisLanguages languages)
    {
        if (word.IsNeutral)
        {
            terms.Add((word.Neutral, word.Count));
            return;
        }

        languages &= ~word.StopIn;
        if ((languages & AnalysisLanguages.English) != 0)
        {
            terms.Add((word.English, word.Count));
        }

        if ((languages & AnalysisLanguages.French) != 0)
        {
            terms.Add((word.French, word.Count));
        }
    }

    private static SparseVector ToVector(List<(uint Term, int Count)> terms)
    {
        terms.Sort(static (a, b) => a.Term.CompareTo(b.Term));
        var distinct = 0;
        for (var i = 0; i < terms.Count; i++)
        {
            distinct += i == 0 || terms[i].Term != terms[i - 1].Term ? 1 : 0;
        }

        var hashes = new uint[distinct];
        var counts = new int[distinct];
        var (last, length) = (-1, 0);
        foreach (var (term, count) in terms)
        {
            if (last < 0 || hashes[last] != term)
            {
                hashes[++last] = term;
            }

            counts[last] += count;
            length += count;
        }

        return new SparseVector(hashes, counts, length);
    }
}
