namespace RagPy.Core.Embedding;

/// <summary>Both vectors of a chunk from one analysis, for the offline embedding. Gives exactly what the two encoders give apart. Thread safe.</summary>
public sealed class ChunkEncoder
{
    private readonly TextAnalyzerPool _pool = new();

    /// <summary>What is embedded for a chunk, whichever embedder does it: title, line feed, text (DESIGN §3.4).</summary>
    public static string TextToEmbed(string title, string text) => title.Length == 0 ? text : $"{title}\n{text}";

    /// <summary>Encodes one chunk.</summary>
    /// <param name="title">Title of the chunk's item; may be empty.</param>
    /// <param name="text">The chunk's text.</param>
    /// <param name="language">As for <see cref="SparseEncoder.Encode"/>.</param>
    public (float[] Dense, SparseVector Sparse) Encode(string title, string text, string language)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        using var lease = _pool.Rent();
        var words = lease.Analyzer.Count(title, text);
        var dense = HashedFeatures.Combine(words, AnalysisLanguages.Both, TextToEmbed(title, text));
        return (dense, SparseEncoder.EncodeWords(words, SparseEncoder.LanguagesOf(language, text)));
    }
}
