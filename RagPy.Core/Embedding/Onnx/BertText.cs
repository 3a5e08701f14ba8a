using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>
/// What BERT does to a text before words are taken apart (google-research/bert, <c>BasicTokenizer</c>). The library's own way loses every symbol of ASCII that Unicode
/// does not count among punctuation, such as the equals sign.
/// </summary>
internal static partial class BertText
{
    /// <summary>Words, and each mark of punctuation or symbol of ASCII by itself.</summary>
    [GeneratedRegex(@"[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+", RegexOptions.CultureInvariant)]
    public static partial Regex Words { get; }

    /// <summary>Removes control characters, sets Chinese characters apart, and where asked removes accents and lowers the case.</summary>
    public static string Normalize(string text, bool lowersCase, bool stripsAccents, bool splitsCjk)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                clean.Append(' ');
            }
            else if (splitsCjk && IsCjk(rune.Value))
            {
                clean.Append(' ').Append(rune.ToString()).Append(' ');
            }
            else if (rune.Value != Rune.ReplacementChar.Value && !IsControl(rune))
            {
                clean.Append(rune.ToString());
            }
        }

        var normal = clean.ToString();
        normal = stripsAccents ? StripMarks(normal.Normalize(NormalizationForm.FormD)) : normal;
        return lowersCase ? normal.ToLowerInvariant() : normal;
    }

    /// <summary>Without non-spacing marks; accents that are one character with their letter stay.</summary>
    public static string StripMarks(string text) =>
        string.Concat(text.Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));

    private static bool IsControl(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse;

    /// <summary>The blocks of Chinese characters that BERT names.</summary>
    private static bool IsCjk(int value) =>
        value
            is (>= 0x4E00 and <= 0x9FFF)
                or (>= 0x3400 and <= 0x4DBF)
                or (>= 0x20000 and <= 0x2A6DF)
                or (>= 0x2A700 and <= 0x2B73F)
                or (>= 0x2B740 and <= 0x2B81F)
                or (>= 0x2B920 and <= 0x2CEAF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x2F800 and <= 0x2FA1F);
}
