namespace RagPy.Extractor.Pdf;

/// <summary>The file gives no text.</summary>
/// <param name="code">One word of the closed list of failure codes.</param>
/// <param name="reason">A sentence that a person can act on.</param>
internal sealed class ExtractionFailedException(string code, string reason) : Exception(reason)
{
    public string Code { get; } = code;
}
