using System.Globalization;
using System.Text;

namespace RagPy.Core.Embedding;

/// <summary>
/// Splits text into words, in one pass and without allocating: letters and digits, apostrophes between letters, points and commas between
/// digits, points of acronyms, after Unicode Standard Annex #29 §4 with two differences. Scripts written without spaces come as
/// overlapping pairs of characters. A point between ordinary words separates them, since a PDF often loses the space behind it.
/// (Lucene's own tokenizer needs quadratic time on long runs without a break, LUCENE-5897, and such runs occur in PDFs.)
/// </summary>
internal ref struct WordScanner(ReadOnlySpan<char> text)
{
    /// <summary>Words are cut after so many UTF-16 units; nothing longer is worth looking up.</summary>
    public const int MaxLength = 64;

    private readonly ReadOnlySpan<char> _text = text;
    private int _next;
    private int _pairSecond = -1;

    /// <summary>First UTF-16 unit of the current word.</summary>
    public int Start { get; private set; }

    /// <summary>One past its last unit, before cutting.</summary>
    public int End { get; private set; }

    /// <summary>True when the word is one character or a pair of a script without spaces.</summary>
    public bool IsPair { get; private set; }

    private enum Class
    {
        Other,
        Letter,
        Digit,

        /// <summary>Han, kana, Hangul, and the scripts of South-East Asia.</summary>
        Unspaced,
    }

    /// <summary>The word's text, cut at <see cref="MaxLength"/>.</summary>
    public readonly ReadOnlySpan<char> Current => _text[Start..Math.Min(End, Start + MaxLength)];

    public bool MoveNext()
    {
        if (_pairSecond >= 0)
        {
            return MoveNextPair(_pairSecond);
        }

        while (_next < _text.Length)
        {
            var (kind, length) = Classify(_next);
            switch (kind)
            {
                case Class.Unspaced:
                    return MoveNextPair(_next);
                case Class.Letter or Class.Digit:
                    ReadWord(kind, length);
                    return true;
                default:
                    _next += length;
                    break;
            }
        }

        return false;
    }

    private bool MoveNextPair(int first)
    {
        Start = first;
        IsPair = true;
        var second = first + Classify(first).Length;
        var wasPaired = _pairSecond >= 0;
        if (second < _text.Length && Classify(second) is (Class.Unspaced, var length))
        {
            _pairSecond = second;
            End = second + length;
            return true;
        }

        // The run's last character: a word of its own only when the run has no other.
        _pairSecond = -1;
        End = _next = second;
        return !wasPaired || MoveNext();
    }

    private void ReadWord(Class kind, int length)
    {
        Start = _next;
        IsPair = false;
        var position = _next + length;
        var piece = 1;
        while (position < _text.Length)
        {
            var (next, width) = Classify(position);
            if (next is Class.Letter or Class.Digit)
            {
                (kind, position, piece) = (next, position + width, piece + 1);
                continue;
            }

            if (next != Class.Other || position + 1 >= _text.Length)
            {
                break;
            }

            var (after, afterWidth) = Classify(position + 1);
            if (after != kind || !Joins(_text[position], kind, piece, position + 1 + afterWidth))
            {
                break;
            }

            position += 1 + afterWidth;
            piece = 1;
        }

        End = _next = position;
    }

    /// <summary>Whether a sign holds the letters or digits on its two sides together.</summary>
    private readonly bool Joins(char sign, Class kind, int pieceBefore, int afterNext) =>
        sign switch
        {
            '\'' or '’' or 'ʼ' or '·' or '״' or '׳' or '\u00AD' => kind == Class.Letter,
            ',' => kind == Class.Digit,
            '.' => kind == Class.Digit || (pieceBefore == 1 && !IsLetterAt(afterNext)),
            _ => false,
        };

    private readonly bool IsLetterAt(int position) => position < _text.Length && Classify(position).Kind == Class.Letter;

    private readonly (Class Kind, int Length) Classify(int position)
    {
        var c = _text[position];
        if (c < 0x80)
        {
            return (
                char.IsAsciiLetter(c) ? Class.Letter
                : char.IsAsciiDigit(c) ? Class.Digit
                : Class.Other,
                1
            );
        }

        if (char.IsHighSurrogate(c))
        {
            return position + 1 < _text.Length && Rune.TryCreate(c, _text[position + 1], out var rune)
                ? (Classify(rune.Value, Rune.GetUnicodeCategory(rune)), 2)
                : (Class.Other, 1);
        }

        return (Classify(c, char.GetUnicodeCategory(c)), 1);
    }

    private static Class Classify(int code, UnicodeCategory category) =>
        category switch
        {
            _ when IsUnspaced(code) => category is UnicodeCategory.OtherPunctuation or UnicodeCategory.OtherSymbol
                ? Class.Other
                : Class.Unspaced,
            <= UnicodeCategory.EnclosingMark or UnicodeCategory.LetterNumber => Class.Letter,
            UnicodeCategory.DecimalDigitNumber => Class.Digit,
            // CO₂, H₂O. Superscripts stay out: they are note marks more often than powers.
            UnicodeCategory.OtherNumber when code is >= 0x2080 and <= 0x2089 => Class.Digit,
            _ => Class.Other,
        };

    private static bool IsUnspaced(int code) =>
        code
            is (>= 0x0E00 and <= 0x0EFF)
                or (>= 0x1000 and <= 0x109F)
                or (>= 0x1100 and <= 0x11FF)
                or (>= 0x1780 and <= 0x17FF)
                or (>= 0x3005 and <= 0x3007)
                or (>= 0x3041 and <= 0x30FF)
                or (>= 0x3400 and <= 0x9FFF)
                or (>= 0xAC00 and <= 0xD7AF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0xFF66 and <= 0xFF9F)
                or (>= 0x20000 and <= 0x3FFFF);
}
