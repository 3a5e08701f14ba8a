using RagPy.Extractor.Layout;

namespace RagPy.Extractor.Text;

/// <summary>Spells words out.</summary>
internal static class WordText
{
    /// <summary>Appends a word's characters in logical order, composed, without lone surrogates; a soft hyphen stays only at its end.</summary>
    public static void Append(TextBuffer buffer, in Word word, ReadOnlySpan<Glyph> all)
    {
        var start = buffer.Length;
        var glyphs = all.Slice(word.First, word.Count);
        if (word.IsRightToLeft)
        {
            AppendRightToLeft(buffer, glyphs);
        }
        else
        {
            foreach (ref readonly var glyph in glyphs)
            {
                buffer.Append(glyph.Text);
            }
        }

        Mend(buffer, start);
    }

    /// <summary>Letters from the right; digits within keep their order.</summary>
    private static void AppendRightToLeft(TextBuffer buffer, ReadOnlySpan<Glyph> glyphs)
    {
        var sorted = glyphs.ToArray();
        Array.Sort(sorted, static (a, b) => b.U0.CompareTo(a.U0));
        for (var i = 0; i < sorted.Length; i++)
        {
            var end = i;
            while (end < sorted.Length && (sorted[end].Kind & GlyphKind.RightToLeft) == 0 && char.IsLetterOrDigit(sorted[end].Text[0]))
            {
                end++;
            }

            for (var j = end - 1; j >= i; j--)
            {
                buffer.Append(sorted[j].Text);
            }

            if (end > i)
            {
                i = end - 1;
            }
            else
            {
                buffer.Append(sorted[i].Text);
            }
        }
    }

    private static void Mend(TextBuffer buffer, int start)
    {
        var span = buffer.Span(start);
        if (Composition.IsTrivial(span) && !span.Contains('\u00AD') && !HasSurrogate(span))
        {
            return;
        }

        var text = Composition.Compose(WellFormed(span));
        var last = text.Length > 1 && text[^1] == '\u00AD' ? "\u00AD" : "";
        buffer.Truncate(start);
        buffer.Append(text.Replace("\u00AD", "", StringComparison.Ordinal) + last);
    }

    private static bool HasSurrogate(ReadOnlySpan<char> text) => text.ContainsAnyInRange('\uD800', '\uDFFF');

    private static string WellFormed(ReadOnlySpan<char> text)
    {
        var clean = new TextBuffer();
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(text.Slice(i++, 2));
            }
            else if (!char.IsSurrogate(text[i]))
            {
                clean.Append(text.Slice(i, 1));
            }
        }

        return clean.ToString();
    }
}
