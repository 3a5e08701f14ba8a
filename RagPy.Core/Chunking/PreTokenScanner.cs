using System.Text;

namespace RagPy.Core.Chunking;

/// <summary>
/// Cuts text where the cl100k_base encoding cuts it before byte pairs are merged. Follows the pattern published with tiktoken:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal static class PreTokenScanner
{
    /// <summary>
    /// UTF-16 units after which a run of one class is cut although the pattern would not. Merging is quadratic in a run's length, so an
    /// endless run must be counted in parts; the count then differs from the encoding's by at most about one token per cut.
    /// </summary>
    internal const int LongestRun = 256;

    /// <summary>Length in UTF-16 units of the first part of <paramref name="text"/>; at least 1 for non-empty text.</summary>
    internal static int NextLength(ReadOnlySpan<char> text)
    {
        var first = ClassAt(text, 0, out var firstLength);
        if (text[0] == '\'' && ContractionLength(text) is var contraction and > 0)
            return contraction;

        if (first == CharacterClass.Letter)
            return RunLength(text, 0, CharacterClass.Letter);
        if (first == CharacterClass.Number)
            return NumberLength(text);
        if (text[0] is not ('\r' or '\n') && firstLength < text.Length && ClassAt(text, firstLength, out _) == CharacterClass.Letter)
            return RunLength(text, firstLength, CharacterClass.Letter);
        if (first == CharacterClass.Other)
            return SymbolsLength(text, 0);
        if (text[0] == ' ' && text.Length > 1 && ClassAt(text, 1, out _) == CharacterClass.Other)
            return SymbolsLength(text, 1);

        return SpaceLength(text);
    }

    private static int ContractionLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 2)
            return 0;

        var second = (char)(text[1] | 0x20);
        if (second is 's' or 't' or 'm' or 'd' && char.IsAsciiLetter(text[1]))
            return 2;
        if (text.Length < 3 || !char.IsAsciiLetter(text[1]) || !char.IsAsciiLetter(text[2]))
            return 0;

        return (second, (char)(text[2] | 0x20)) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var end = 0;
        for (var digits = 0; digits < 3 && end < text.Length; digits++)
        {
            if (ClassAt(text, end, out var length) != CharacterClass.Number)
                break;
            end += length;
        }

        return end;
    }

    private static int SymbolsLength(ReadOnlySpan<char> text, int start)
    {
        var end = RunLength(text, start, CharacterClass.Other);
        while (end < text.Length && end < LongestRun && text[end] is '\r' or '\n')
            end++;

        return end;
    }

    private static int SpaceLength(ReadOnlySpan<char> text)
    {
        var end = RunLength(text, 0, CharacterClass.Space);
        var lastBreak = text[..end].LastIndexOfAny('\r', '\n');
        if (lastBreak >= 0)
            return lastBreak + 1;

        // The last space before a word belongs to that word.
        return end == text.Length || end == 1 || end >= LongestRun ? end : end - 1;
    }

    /// <summary>End of the run of <paramref name="wanted"/> that starts at <paramref name="start"/>.</summary>
    private static int RunLength(ReadOnlySpan<char> text, int start, CharacterClass wanted)
    {
        var end = start;
        while (end < text.Length && end < LongestRun && ClassAt(text, end, out var length) == wanted)
            end += length;

        return end;
    }

    private static CharacterClass ClassAt(ReadOnlySpan<char> text, int index, out int length)
    {
        var unit = text[index];
        length = 1;
        if (char.IsAscii(unit))
        {
            return char.IsAsciiLetter(unit) ? CharacterClass.Letter
                : char.IsAsciiDigit(unit) ? CharacterClass.Number
                : char.IsWhiteSpace(unit) ? CharacterClass.Space
                : CharacterClass.Other;
        }

        Rune.DecodeFromUtf16(text[index..], out var rune, out length);

        return Rune.IsLetter(rune) ? CharacterClass.Letter
            : Rune.IsNumber(rune) ? CharacterClass.Number
            : Rune.IsWhiteSpace(rune) ? CharacterClass.Space
            : CharacterClass.Other;
    }

    private enum CharacterClass
    {
        Letter,
        Number,
        Space,
        Other,
    }
}
