using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace RagPy.Core.Sources.Csv;

/// <summary>
/// The text of a row as a file of its own: UTF-8, of a media type that names the provider the original's <c>texteocr_provider</c> column knows.
/// It is the provider that decides whether later stages clean the text up.
/// </summary>
internal static partial class CsvText
{
    /// <summary>Provider of text that came by CSV and nobody says otherwise.</summary>
    public const string DefaultProvider = "csv";

    private const string Prefix = "text/csv; provider=";

    /// <summary>Media type of a row's text.</summary>
    /// <param name="provider">As a column has it; anything but a short word counts as <c>csv</c>.</param>
    public static string ContentType(string provider)
    {
        var word = provider.Trim().ToLowerInvariant();

        return Prefix + (Word().IsMatch(word) ? word : DefaultProvider);
    }

    /// <summary>The provider in a media type of <see cref="ContentType"/>.</summary>
    public static bool TryProvider(string contentType, [NotNullWhen(true)] out string? provider)
    {
        provider = contentType.StartsWith(Prefix, StringComparison.Ordinal) ? contentType[Prefix.Length..] : null;

        return provider is not null;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
