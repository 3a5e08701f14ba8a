namespace RagPy.Core.Pipeline;

/// <summary>An extraction in the database.</summary>
/// <param name="Pages">Number of pages, those without text included.</param>
/// <param name="NeedsOcrPages">Of these, those without a usable text layer that nobody has recognised.</param>
/// <param name="WithoutText">Why a document that has it ends; null when some page has usable text.</param>
internal sealed record StoredExtraction(long Id, int Pages, int NeedsOcrPages, Failure? WithoutText)
{
    public bool HasText => WithoutText is null;
}
