using System.Globalization;
using System.Text.RegularExpressions;
using RagPy.Extractor.Document;

namespace RagPy.Extractor.Layout;

/// <summary>What the words of rows say, for the few rows where it matters.</summary>
internal readonly ref partial struct RowText(ReadOnlySpan<Word> words, ReadOnlySpan<Glyph> glyphs, ReadOnlySpan<int> order)
{
    /// <summary>Words of a row that are read at most: enough for the start of a caption and for a heading.</summary>
    private const int MostWords = 4;

    private readonly ReadOnlySpan<Word> _words = words;
    private readonly ReadOnlySpan<Glyph> _glyphs = glyphs;
    private readonly ReadOnlySpan<int> _order = order;

    /// <summary>The integer that is all of the row, or null.</summary>
    public int? Number(in Row row)
    {
        if (row.Count != 1 || _words[_order[row.Start]].Kinds != GlyphKind.Digit)
        {
            return null;
        }

        return int.TryParse(Start(row), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>A raised or lone mark stands before the text of a footnote.</summary>
    public bool StartsNote(in Row row)
    {
        ref readonly var word = ref _words[_order[row.Start]];
        var first = _glyphs[word.First].Text[0];
        if (first is '*' or '†' or '‡' or '§' or '¶' or '∗' or '⋆')
        {
            return true;
        }

        var raised = word.V < word.LineV - (0.1f * word.LineSize);
        return raised ? char.IsAsciiDigit(first) || char.IsAsciiLetterLower(first) : NoteNumber().IsMatch(Start(row));
    }

    /// <summary>The row begins as a figure's or table's caption does.</summary>
    public bool StartsCaption(in Row row) =>
        _glyphs[_words[_order[row.Start]].First].Text[0] is 'F' or 'T' or 'f' or 't' && CaptionStart().IsMatch(Start(row));

    /// <summary>The row goes on with a sentence begun elsewhere: it starts with a small letter.</summary>
    public bool GoesOn(in Row row) => char.IsLower(_glyphs[_words[_order[row.Start]].First].Text[0]);

    /// <summary>The row is the heading of a list of references.</summary>
    public bool NamesReferences(in Row row) => row.Count <= MostWords && HeadingText.Read(Start(row)).IsReferences;

    /// <summary>Left and right edge of rows.</summary>
    public (float Left, float Right) Extent(ReadOnlySpan<Row> rows)
    {
        var (left, right) = (float.MaxValue, float.MinValue);
        foreach (ref readonly var row in rows)
        {
            left = MathF.Min(left, _words[_order[row.Start]].U0);
            right = MathF.Max(right, _words[_order[row.Start + row.Count - 1]].U1);
        }

        return (left, right);
    }

    private string Start(in Row row)
    {
        var text = new System.Text.StringBuilder();
        for (var i = row.Start; i < row.Start + Math.Min(row.Count, MostWords); i++)
        {
            text.Append(text.Length > 0 ? " " : "");
            foreach (ref readonly var glyph in _glyphs.Slice(_words[_order[i]].First, _words[_order[i]].Count))
            {
                text.Append(glyph.Text);
            }
        }

        return text.ToString();
    }

    [GeneratedRegex(@"^\d{1,3}[.)]? \p{L}|^\(\d{1,3}\) \p{L}")]
    private static partial Regex NoteNumber();

    [GeneratedRegex(@"^(fig(ure|\.)?|tab(le|leau|\.)?) ?[\dIVX]+", RegexOptions.IgnoreCase)]
    private static partial Regex CaptionStart();
}
