using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>What one call gave.</summary>
/// <param name="Provider">Who is paid; empty where nobody is.</param>
/// <param name="Model">Model that is billed.</param>
/// <param name="PagesCharged">Pages that the provider counted.</param>
internal sealed record RecognitionAnswer(
    IReadOnlyList<RecognizedPage> Pages,
    string Provider = "",
    string Model = "",
    int PagesCharged = 0,
    long InputTokens = 0,
    long OutputTokens = 0
)
{
    /// <summary>Pages that were paid for although their text cannot be taken, and why.</summary>
    public IReadOnlyDictionary<int, Failure> Refused { get; init; } = new Dictionary<int, Failure>();
}
