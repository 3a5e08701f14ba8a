namespace RagPy.Extractor.Pdf;

/// <summary>
/// The text encodings of TeX (Knuth, <i>Computer Modern Typefaces</i>, OT1; Ferguson's Cork encoding, T1), for bitmap fonts whose glyphs are
/// named by nothing but their codes.
/// </summary>
internal static class TexEncoding
{
    private const string Ot1Low = "ΓΔΘΛΞΠΣΥΦΨΩ";

    private static readonly string[] s_ligatures = ["ff", "fi", "fl", "ffi", "ffl"];

    private const string Ot1Signs = "ıȷ`´ˇ˘¯˚¸ßæœøÆŒØ";

    private const string T1Low = "`´ˆ˜¨˝˚ˇ˘¯˙¸˛‚‹›“”„«»–—";

    private const string T1High =
        "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖŒØÙÚÛÜÝÞ\u0000àáâãäåæçèéêëìíîïðñòóôõöœøùúûüýþß";

    /// <summary>Which of the two the codes of a font speak for: only T1 fills the upper half and has its ligatures at 27–31.</summary>
    public static bool IsT1(IReadOnlySet<int> codes)
    {
        int low = 0,
            high = 0;
        foreach (var code in codes)
        {
            low += code is >= 11 and <= 15 ? 1 : 0;
            high += code >= 128 || code is >= 27 and <= 31 ? 1 : 0;
        }

        return high > low;
    }

    /// <summary>The characters of a code, or null.</summary>
    public static string? Find(int code, bool t1) => t1 ? FindT1(code) : FindOt1(code);

    private static string? FindOt1(int code) =>
        code switch
        {
            < 0 or > 127 => null,
            < 11 => Ot1Low[code].ToString(),
            < 16 => s_ligatures[code - 11],
            < 32 => Ot1Signs[code - 16].ToString(),
            '"' => "”",
            '\'' => "’",
            '`' => "‘",
            '<' => "¡",
            '>' => "¿",
            '\\' => "“",
            '^' => "ˆ",
            '_' => "˙",
            '{' => "–",
            '|' => "—",
            '}' => "˝",
            '~' => "˜",
            127 => "¨",
            _ => ((char)code).ToString(),
        };

    private static string? FindT1(int code) =>
        code switch
        {
            < 0 or 23 or 24 or > 255 => null,
            < 23 => T1Low[code].ToString(),
            25 => "ı",
            26 => "ȷ",
            < 32 => s_ligatures[code - 27],
            32 => "␣",
            '\'' => "’",
            '`' => "‘",
            127 => "-",
            223 => "SS",
            >= 128 => T1High[code - 128].ToString(),
            _ => ((char)code).ToString(),
        };
}
