namespace RagPy.Core.Embedding;

/// <summary>Finds the words of a text that a query matches by their analysed terms: <c>bibliothèques</c> finds <c>bibliothèque</c>.</summary>
internal sealed class TermMatcher
{
    private readonly TextAnalyzerPool _pool;
    private readonly HashSet<uint> _terms;
    private readonly float[] _query;

    public TermMatcher(TextAnalyzerPool pool, string query)
    {
        _pool = pool;
        _terms = [.. new SparseEncoder(pool).EncodeQuery(query).Terms];
        _query = new OfflineEmbeddingGenerator(pool).Embed(query);
    }

    /// <summary>Places of matching words (UTF-16 units, half open), each with the term that matched.</summary>
    /// <param name="language">Language the text was analysed in.</param>
    public IReadOnlyList<(int Start, int End, uint Term)> Match(string text, string language)
    {
        using var lease = _pool.Rent();
        var languages = SparseEncoder.LanguagesOf(language, text);
        var matches = new List<(int Start, int End, uint Term)>();
        foreach (var (word, start, end) in lease.Analyzer.Locate(text))
        {
            if (TermOf(word, languages & ~word.StopIn) is not { } term)
            {
                continue;
            }

            // Pairs of characters overlap.
            if (matches.Count > 0 && start < matches[^1].End)
            {
                matches[^1] = (matches[^1].Start, end, matches[^1].Term);
            }
            else
            {
                matches.Add((start, end, term));
            }
        }

        return matches;
    }

    /// <summary>Likeness of a text to the query by spelling, for texts that share no word with it.</summary>
    public float Likeness(string text)
    {
        var vector = new OfflineEmbeddingGenerator(_pool).Embed(text);
        var sum = 0f;
        for (var i = 0; i < vector.Length; i++)
        {
            sum += vector[i] * _query[i];
        }

        return sum;
    }

    private uint? TermOf(AnalyzedWord word, AnalysisLanguages languages) =>
        word.IsNeutral ? (_terms.Contains(word.Neutral) ? word.Neutral : null)
        : languages.HasFlag(AnalysisLanguages.English) && _terms.Contains(word.English) ? word.English
        : languages.HasFlag(AnalysisLanguages.French) && _terms.Contains(word.French) ? word.French
        : null;
}
