using System.Runtime.InteropServices;
using RagPy.Extractor.Text;

namespace RagPy.Extractor.Layout;

/// <summary>Mends a frame's glyphs before they become words: overlaid accents are put on their letters, letters struck twice are taken once.</summary>
internal static class GlyphCleaner
{
    /// <summary>How far apart, in em, two strokes of one letter may lie (fake bold); as in poppler's duplicate test.</summary>
    private const float DuplicateDistance = 0.12f;

    /// <summary>How far, in em, an accent's baseline may lie from its letter's: capitals carry theirs higher.</summary>
    private const float AccentRise = 0.6f;

    public static void Clean(List<Glyph> list)
    {
        var glyphs = CollectionsMarshal.AsSpan(list);
        var changed = false;
        for (var i = 0; i < glyphs.Length; i++)
        {
            ref var glyph = ref glyphs[i];
            if (glyph.Text.Length == 0)
            {
                changed = true;
                continue;
            }

            if (
                (glyph.Kind & GlyphKind.Space) == 0
                && (IsDuplicate(glyphs, i) || ((glyph.Kind & GlyphKind.Accent) != 0 && TryAttach(glyphs, i)))
            )
            {
                glyph.Text = "";
                changed = true;
            }
        }

        if (changed)
        {
            list.RemoveAll(static glyph => glyph.Text.Length == 0);
        }
    }

    private static bool IsDuplicate(Span<Glyph> glyphs, int i)
    {
        ref readonly var glyph = ref glyphs[i];
        for (var j = i - 1; j >= 0 && j >= i - 2; j--)
        {
            ref readonly var other = ref glyphs[j];
            if (
                MathF.Abs(other.U0 - glyph.U0) < MathF.Min(DuplicateDistance * glyph.Size, 0.5f * (glyph.U1 - glyph.U0))
                && MathF.Abs(other.V - glyph.V) < DuplicateDistance * glyph.Size
                && MathF.Abs(other.Size - glyph.Size) < 0.1f * glyph.Size
                && glyph.U1 > glyph.U0
                && other.Text == glyph.Text
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>TeX's <c>\accent</c> draws the sign, moves back and draws the letter; others draw the letter first.</summary>
    private static bool TryAttach(Span<Glyph> glyphs, int i)
    {
        ref readonly var accent = ref glyphs[i];
        var mark = Accents.CombiningFor(accent.Text[0]);
        var combining = mark == accent.Text[0];
        var first = combining ? i - 1 : i + 1;
        var second = combining ? i + 1 : i - 1;
        return TryAttach(glyphs, i, first, mark, combining) || TryAttach(glyphs, i, second, mark, combining);
    }

    private static bool TryAttach(Span<Glyph> glyphs, int i, int j, char mark, bool combining)
    {
        if ((uint)j >= (uint)glyphs.Length || (glyphs[j].Kind & GlyphKind.Letter) == 0 || glyphs[j].Text.Length == 0)
        {
            return false;
        }

        ref readonly var accent = ref glyphs[i];
        ref var letter = ref glyphs[j];
        var overlap = MathF.Min(accent.U1, letter.U1) - MathF.Max(accent.U0, letter.U0);
        var narrower = MathF.Min(accent.U1 - accent.U0, letter.U1 - letter.U0);
        var overlaid = combining
            ? MathF.Abs(accent.U0 - letter.U1) < 0.3f * letter.Size || overlap > 0
            : overlap > 0.6f * narrower && narrower > 0;
        if (!overlaid || MathF.Abs(accent.V - letter.V) > AccentRise * letter.Size)
        {
            return false;
        }

        if (Accents.Combine(letter.Text, mark, combining) is not { } combined)
        {
            return false;
        }

        letter.Text = combined;
        return true;
    }
}
