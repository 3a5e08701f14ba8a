using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace RagPy.Core.Sources.Chunks;

/// <summary>Media type of a document that comes in chunks, with the word that the original's <c>texteocr_provider</c> has for where its text is from.</summary>
internal static partial class ChunkText
{
    private const string Prefix = "application/x-ragpy-chunks; provider=";

    /// <param name="provider">As the file has it; anything but a short word counts as none.</param>
    public static string ContentType(string provider)
    {
        var word = provider.Trim().ToLowerInvariant();

        return Prefix + (Word().IsMatch(word) ? word : "");
    }

    /// <summary>The provider in a media type of <see cref="ContentType"/>; it may be empty.</summary>
    public static bool TryProvider(string contentType, [NotNullWhen(true)] out string? provider)
    {
        provider = contentType.StartsWith(Prefix, StringComparison.Ordinal) ? contentType[Prefix.Length..] : null;

        return provider is not null;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
