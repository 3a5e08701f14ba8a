using System.Security.Cryptography;
using System.Text;
using RagPy.Core.CleanUp;

namespace RagPy.Core.Pipeline;

/// <summary>A chunk that is to be cleaned up.</summary>
/// <param name="Item">The work item it belongs to.</param>
/// <param name="Model">As the project names it.</param>
/// <param name="Language">Of the document.</param>
/// <param name="Ordinal">Of the chunk, in the item's document and generation.</param>
/// <param name="Text">Its raw text.</param>
/// <param name="Tokens">Its tokens, as counted here.</param>
/// <param name="IsNeeded">False when all its pages come from engines whose text needs none.</param>
internal sealed record CleanUpWork(ClaimedItem Item, string Model, string Language, int Ordinal, string Text, int Tokens, bool IsNeeded)
{
    /// <summary>What is bought, by everything that shapes it.</summary>
    public Guid Key { get; } = KeyOf(Model, Language, Text);

    private static Guid KeyOf(string model, string language, string text)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"cleanup\n{model}\n{CleanUpPrompt.Version}\n{CleanUpPrompt.LanguageOf(language)}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        return new Guid(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
