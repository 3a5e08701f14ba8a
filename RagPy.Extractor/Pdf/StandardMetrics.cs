using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts;
using UglyToad.PdfPig.Fonts.AdobeFontMetrics;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// Advances of the standard Latin fonts (PDF 32000-1 §9.6.2.2), from the metric files that PdfPig carries, one read at a time: PdfPig's own
/// table reads 39 of them at its first use.
/// </summary>
internal sealed class StandardMetrics
{
    private const string Folder = "UglyToad.PdfPig.Fonts.Resources.AdobeFontMetrics.";

    private readonly Dictionary<string, IReadOnlyDictionary<string, double>> _read = [];

    /// <summary>The standard font that a font's name asks for; Times for an unknown one, null for a font of signs.</summary>
    public static string? NameFor(string baseFont)
    {
        if (Has(baseFont, "Symbol") || Has(baseFont, "Dingbats") || Has(baseFont, "Wingdings"))
        {
            return null;
        }

        var bold = Has(baseFont, "Bold");
        var italic = Has(baseFont, "Italic") || Has(baseFont, "Oblique");
        if (Has(baseFont, "Courier"))
        {
            return "Courier" + Style(bold, italic, "Oblique", "");
        }

        return Has(baseFont, "Helvetica") || Has(baseFont, "Arial")
            ? "Helvetica" + Style(bold, italic, "Oblique", "")
            : "Times" + Style(bold, italic, "Italic", "-Roman");
    }

    /// <summary>Advances by character, in thousandths of an em.</summary>
    public IReadOnlyDictionary<string, double> Get(string name)
    {
        if (!_read.TryGetValue(name, out var advances))
        {
            _read.Add(name, advances = Read(name));
        }

        return advances;
    }

    private static Dictionary<string, double> Read(string name)
    {
        using var stream =
            typeof(AdobeFontMetrics).Assembly.GetManifestResourceStream(Folder + name + ".afm")
            ?? throw new InvalidOperationException($"PdfPig does not carry the metrics of {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var metrics = AdobeFontMetricsParser.Parse(new MemoryInputBytes(bytes), useReducedDataSet: true);
        var advances = new Dictionary<string, double>();
        foreach (var (glyph, metric) in metrics.CharacterMetrics)
        {
            if (GlyphList.AdobeGlyphList.NameToUnicode(glyph) is { } text)
            {
                advances.TryAdd(text, metric.Width.X);
            }
        }

        return advances;
    }

    private static string Style(bool bold, bool italic, string slanted, string plain) =>
        (bold, italic) switch
        {
            (true, true) => "-Bold" + slanted,
            (true, false) => "-Bold",
            (false, true) => "-" + slanted,
            _ => plain,
        };

    private static bool Has(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);
}
