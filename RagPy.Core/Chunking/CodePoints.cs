using System.Globalization;

namespace RagPy.Core.Chunking;

/// <summary>Character classes that splitting needs.</summary>
internal static class CodePoints
{
    /// <summary>
    /// Longest text element kept whole, in UTF-16 units. Longer ones exist only in hostile text: the Stream-Safe Text Format of UAX #15
    /// allows 30 combining marks in a row.
    /// </summary>
    internal const int LongestElement = 64;

    /// <summary>Narrows a range of <paramref name="text"/> by white space at both ends, as Python's <c>str.strip</c> does; empty when there is nothing else.</summary>
    internal static (int Start, int End) Trim(ReadOnlySpan<char> text)
    {
        var start = 0;
        var end = text.Length;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        while (start < end && IsSpace(text[start]) && !CarriesMark(text, start))
            start++;

        return (start, end);
    }

    internal static bool IsBlank(ReadOnlySpan<char> text)
    {
        var (start, end) = Trim(text);

        return start == end;
    }

    /// <summary>Length of the text element (grapheme cluster, UAX #29) at the start of <paramref name="text"/>, at most <see cref="LongestElement"/>.</summary>
    internal static int ElementLength(ReadOnlySpan<char> text)
    {
        if (text.Length == 1 || (char.IsAscii(text[0]) && char.IsAscii(text[1]) && text[0] != '\r'))
            return 1;

        // The window bounds the work on an endless run of combining marks; it cannot cut an element of legal length.
        var length = StringInfo.GetNextTextElementLength(text[..Math.Min(text.Length, LongestElement)]);

        return length == LongestElement && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
    }

    /// <summary>Python counts the four separators U+001C–U+001F as white space, .NET does not.</summary>
    private static bool IsSpace(char unit) => char.IsWhiteSpace(unit) || unit is >= '\u001C' and <= '\u001F';

    /// <summary>A space with a combining mark on it (a spacing accent of old texts) is a visible character.</summary>
    private static bool CarriesMark(ReadOnlySpan<char> text, int index) =>
        index + 1 < text.Length
        && !char.IsControl(text[index])
        && char.GetUnicodeCategory(text[index + 1])
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark;
}
