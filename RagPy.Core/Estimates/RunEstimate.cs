namespace RagPy.Core.Estimates;

/// <summary>What a run over a source has to do, and what it may cost. Numbers that stand in the database are exact, others lie between bounds.</summary>
/// <param name="Documents">Documents that the source has.</param>
/// <param name="Done">Of these, in the index already as the source has them, by name and size: nothing is to be done for them.</param>
/// <param name="Unusable">Of these, without a file that can be read.</param>
/// <param name="Files">Files that are to be read.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Pages">Pages of the PDFs among them.</param>
/// <param name="Passages">Passages that are to be embedded.</param>
/// <param name="Tokens">Their tokens, with the titles that are embedded with them.</param>
/// <param name="Bought">Passages among them whose vectors the project has paid for or the source brings; they are not in <paramref name="Tokens"/> and cost nothing.</param>
/// <param name="Embedder">The project's embedder.</param>
/// <param name="Cost">What embedding may cost; null when the price table has no price for the model.</param>
/// <param name="Recognition">What text recognition (OCR) may have to do and cost.</param>
/// <param name="CleanUp">What the clean-up may have to do and cost; null when the project has none.</param>
/// <param name="Total">What everything may cost together; null when a part of it is not known.</param>
/// <param name="Basis">What the numbers rest on, in sentences.</param>
public sealed record RunEstimate(
    long Documents,
    long Done,
    long Unusable,
    long Files,
    long Bytes,
    AmountRange Pages,
    AmountRange Passages,
    AmountRange Tokens,
    long Bought,
    string Embedder,
    CostRange? Cost,
    RecognitionEstimate Recognition,
    CleanUpEstimate? CleanUp,
    CostRange? Total,
    IReadOnlyList<string> Basis
);
