namespace RagPy.Extractor.Pdf;

/// <summary>
/// Advances that the file itself states. Asking the font for them would run each glyph's outline program for its bounds, which text does not
/// need.
/// </summary>
/// <param name="First">Code of the first width.</param>
/// <param name="Widths">In thousandths of an em; empty when the file relies on a standard font.</param>
/// <param name="Standard">Advances of the standard font by character, in thousandths of an em, or null.</param>
internal sealed record FontWidths(int First, double[] Widths, IReadOnlyDictionary<string, double>? Standard)
{
    /// <summary>The advance in em, or null when nothing is stated.</summary>
    public double? Find(int code, string text)
    {
        var index = code - First;
        if ((uint)index < (uint)Widths.Length)
        {
            return Widths[index] / 1000;
        }

        return Standard is not null && Standard.TryGetValue(text, out var width) ? width / 1000 : null;
    }
}
