using System.Text;
using RagPy.Core.Sources;

namespace RagPy.Core.Extraction.Sections;

/// <summary>Text from files without pages, brought into the form that <see cref="ExtractedPage.Text"/> promises.</summary>
internal static class SectionText
{
    private static readonly string[] s_ligatures = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

    /// <summary>NFC, line ends <c>\n</c>, ligatures U+FB00–06 expanded; without soft hyphens, zero-width characters, U+0000 and lone surrogates.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var wellFormed = UnicodeText.WellFormed(text);
        for (var i = 0; i < wellFormed.Length; i++)
        {
            var unit = wellFormed[i];
            _ = unit switch
            {
                '\r' => i + 1 < wellFormed.Length && wellFormed[i + 1] == '\n' ? clean : clean.Append('\n'),
                '\u00AD' or '\u200B' or '\u2060' or '\uFEFF' => clean,
                >= '\uFB00' and <= '\uFB06' => clean.Append(s_ligatures[unit - '\uFB00']),
                _ => clean.Append(unit),
            };
        }

        return clean.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>One line: runs of white space are one space.</summary>
    public static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The first units of a text, whole characters only.</summary>
    public static string Beginning(string text, int units) =>
        text.Length <= units ? text : text[..(char.IsHighSurrogate(text[units - 1]) ? units - 1 : units)];
}
