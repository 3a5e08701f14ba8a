namespace RagPy.Core.Pipeline;

/// <summary>An extraction in the database.</summary>
/// <param name="WithoutText">Why a document that has it ends; null when some page has usable text.</param>
internal sealed record StoredExtraction(long Id, Failure? WithoutText)
{
    public bool HasText => WithoutText is null;
}
