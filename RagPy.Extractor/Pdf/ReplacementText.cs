using System.Runtime.InteropServices;
using RagPy.Extractor.Layout;
using RagPy.Extractor.Text;

namespace RagPy.Extractor.Pdf;

/// <summary>
/// The /ActualText of marked content (PDF 32000-1 §14.9.4). It is taken where it names what the glyphs cannot: a few glyphs (a ligature, a
/// drawn hyphen), or glyphs without characters. Over whole lines the glyphs say the same and know where each word stands.
/// </summary>
internal sealed class ReplacementText
{
    private const int FewGlyphs = 4;

    private readonly Stack<(string? Text, List<Glyph>? Glyphs, int First)> _open = new();

    /// <summary>Glyphs without characters must be kept for now.</summary>
    public bool IsActive { get; private set; }

    public void Begin(string? text)
    {
        if (_open.Count < 1024)
        {
            _open.Push((text, null, 0));
            IsActive |= text is not null;
        }
    }

    /// <summary>Called before a glyph is added.</summary>
    public void Note(List<Glyph> glyphs)
    {
        if (IsActive && _open.TryPeek(out var top) && top is { Text: not null, Glyphs: null })
        {
            _open.Pop();
            _open.Push(top with { Glyphs = glyphs, First = glyphs.Count });
        }
    }

    public void End()
    {
        if (!_open.TryPop(out var top))
        {
            return;
        }

        if (top is { Text: not null, Glyphs: not null })
        {
            Replace(top.Text, CollectionsMarshal.AsSpan(top.Glyphs)[top.First..]);
        }

        IsActive = false;
        foreach (var (text, _, _) in _open)
        {
            IsActive |= text is not null;
        }
    }

    private static void Replace(string actual, Span<Glyph> glyphs)
    {
        var unknown = false;
        foreach (ref readonly var glyph in glyphs)
        {
            unknown |= (glyph.Kind & GlyphKind.Unmapped) != 0;
        }

        var text = GlyphText.Clean(actual);
        if (glyphs.IsEmpty || text == " " || !(unknown || glyphs.Length <= FewGlyphs) || text.AsSpan().Trim().Contains(' '))
        {
            return;
        }

        glyphs[0].Text = text.Trim();
        glyphs[0].Kind = GlyphText.Classify(glyphs[0].Text);
        glyphs[0].U1 = glyphs[^1].V == glyphs[0].V ? MathF.Max(glyphs[^1].U1, glyphs[0].U1) : glyphs[0].U1;
        foreach (ref var glyph in glyphs[1..])
        {
            glyph.Text = "";
            glyph.Kind = GlyphKind.None;
        }
    }
}
