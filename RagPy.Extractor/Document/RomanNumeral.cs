using System.Text;

namespace RagPy.Extractor.Document;

/// <summary>Roman numerals up to 3999, as page labels use them.</summary>
internal static class RomanNumeral
{
    private static readonly (int Value, string Sign)[] s_signs =
    [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];

    /// <summary>Reads a numeral in either case; only its proper form counts.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 15)
        {
            return false;
        }

        Span<char> lower = stackalloc char[text.Length];
        text.ToLowerInvariant(lower);
        ReadOnlySpan<char> rest = lower;
        foreach (var (amount, sign) in s_signs)
        {
            while (rest.StartsWith(sign, StringComparison.Ordinal))
            {
                value += amount;
                rest = rest[sign.Length..];
            }
        }

        return rest.IsEmpty && value < 4000 && lower.SequenceEqual(Format(value));
    }

    /// <summary>Writes a numeral in lower case.</summary>
    /// <param name="value">1 … 3999.</param>
    public static string Format(int value)
    {
        var builder = new StringBuilder();
        foreach (var (amount, sign) in s_signs)
        {
            while (value >= amount)
            {
                builder.Append(sign);
                value -= amount;
            }
        }

        return builder.ToString();
    }
}
