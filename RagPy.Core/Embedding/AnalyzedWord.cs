namespace RagPy.Core.Embedding;

/// <summary>Everything the encoders need of one word as written; made once and kept by a <see cref="TextAnalyzer"/>.</summary>
internal sealed class AnalyzedWord
{
    /// <summary>Hash of the English term; unused when <see cref="IsNeutral"/>.</summary>
    public uint English { get; init; }

    /// <summary>Hash of the French term; unused when <see cref="IsNeutral"/>.</summary>
    public uint French { get; init; }

    /// <summary>Hash of the term of a number, a formula or a word of another script: the same in every language.</summary>
    public uint Neutral { get; init; }

    public bool IsNeutral { get; init; }

    /// <summary>Languages in whose stop list the word is.</summary>
    public AnalysisLanguages StopIn { get; init; }

    /// <summary>Signed components of the offline embedding: index × 2, plus 1 for minus.</summary>
    public required ushort[] Features { get; init; }

    /// <summary>Occurrences in the text at hand; reset by the analyser.</summary>
    public int Count { get; set; }
}
