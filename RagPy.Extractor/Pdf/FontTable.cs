using RagPy.Extractor.Layout;
using UglyToad.PdfPig.PdfFonts;

namespace RagPy.Extractor.Pdf;

/// <summary>The fonts met so far in a document.</summary>
internal sealed class FontTable(TextResources resources)
{
    private readonly Dictionary<IFont, FontFace> _faces = new(ReferenceEqualityComparer.Instance);
    private FontFace? _last;

    /// <summary>Styles by face index; only grows.</summary>
    public List<FaceStyle> Styles { get; } = [];

    public FontFace Get(IFont font)
    {
        if (ReferenceEquals(_last?.Font, font))
        {
            return _last;
        }

        if (!_faces.TryGetValue(font, out var face))
        {
            face = new FontFace(font, resources.FactsOf(font), (ushort)Math.Min(Styles.Count, ushort.MaxValue));
            if (Styles.Count <= ushort.MaxValue)
            {
                Styles.Add(face.Style);
            }

            _faces.Add(font, face);
        }

        return _last = face;
    }
}
