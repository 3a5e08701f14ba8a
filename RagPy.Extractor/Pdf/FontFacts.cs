using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>What was found in a font's dictionary before PdfPig reads it.</summary>
/// <param name="Rewritten">The dictionary to read instead, or null: as it is.</param>
/// <param name="Widths">The widths that the file states, or null: ask the font.</param>
/// <param name="Characters">Characters by code where PdfPig would not find them, or null.</param>
internal sealed record FontFacts(DictionaryToken? Rewritten, FontWidths? Widths, IReadOnlyDictionary<int, string>? Characters)
{
    public static FontFacts None { get; } = new(null, null, null);
}
