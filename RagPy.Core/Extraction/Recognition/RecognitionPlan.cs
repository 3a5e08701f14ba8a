namespace RagPy.Core.Extraction.Recognition;

/// <summary>Which engines read pages here, in the order in which they are tried.</summary>
/// <param name="ReadsAll">Pages with a good text layer are read too.</param>
/// <param name="Advice">What a person reads whose pages nobody reads: why there is no engine, and how to get one.</param>
internal sealed record RecognitionPlan(IReadOnlyList<IPageRecognizer> Engines, bool ReadsAll, string Advice)
{
    public bool IsEmpty => Engines.Count == 0;
}
