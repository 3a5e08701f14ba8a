namespace RagPy.Extractor.Text;

/// <summary>
/// Decides what becomes of a hyphen at the end of a line. In order:
/// <list type="number">
/// <item>no letter before it, or no letter or digit after it: not a broken word, the line ends there;</item>
/// <item>a soft hyphen goes;</item>
/// <item>the document has the word unbroken, without hyphen: it goes;</item>
/// <item>before a capital or a digit it stays (<c>Radon-Nikodym</c>, <c>COVID-19</c>), unless the whole word is in capitals;</item>
/// <item>the document has the word unbroken, with hyphen: it stays;</item>
/// <item>a single letter (<c>e-mail</c>, <c>t-test</c>), a part that has a hyphen already (<c>state-of-the-art</c>), a prefix always written with
/// one (<c>self-</c>, <c>non-</c>) or a French enclitic after it (<c>-même</c>, <c>-il</c>) keep it;</item>
/// <item>two words that the document has each on its own (<c>boundary-layer</c>) keep it, unless the first mostly begins longer words;</item>
/// <item>otherwise it goes.</item>
/// </list>
/// Where it stays, the parts are joined too: a line break inside a word helps nobody.
/// </summary>
internal static class Hyphenation
{
    private static readonly HashSet<string> s_prefixes = new(StringComparer.OrdinalIgnoreCase)
    {
        "self",
        "non",
        "well",
        "peut",
        "celui",
        "ceux",
        "lui",
        "eux",
        "moi",
        "soi",
        "quasi",
        "demi",
        "sous",
        "semi",
        "proto",
        "avant",
        "arrière",
        "vice",
        "porte",
        "rendez",
        "nord",
        "sud",
        "franco",
        "anglo",
    };

    private static readonly HashSet<string> s_enclitics = new(StringComparer.OrdinalIgnoreCase)
    {
        "même",
        "mêmes",
        "là",
        "ci",
        "ce",
        "il",
        "ils",
        "elle",
        "elles",
        "être",
        "based",
    };

    /// <summary>Words that begin others: what follows them at a line's start is the rest of a word.</summary>
    private static readonly HashSet<string> s_beginnings = new(StringComparer.OrdinalIgnoreCase)
    {
        "over",
        "under",
        "out",
        "down",
        "off",
        "with",
        "there",
        "here",
        "where",
        "what",
        "some",
        "any",
        "every",
        "inter",
        "super",
        "sub",
        "trans",
        "anti",
        "counter",
        "fore",
        "for",
        "mis",
        "dis",
        "pre",
        "pro",
        "per",
        "con",
        "com",
        "back",
        "the",
        "and",
        "not",
        "can",
        "are",
        "has",
        "his",
        "her",
        "its",
        "our",
        "was",
        "but",
        "may",
        "all",
        "par",
        "pour",
        "sur",
        "entre",
        "contre",
        "tout",
        "bien",
        "mal",
        "main",
        "des",
        "les",
        "ces",
        "mes",
        "tes",
        "ses",
        "son",
        "mon",
        "ton",
        "une",
        "que",
        "qui",
        "dans",
        "avec",
        "lors",
        "puis",
        "long",
        "plus",
        "net",
        "frame",
        "key",
        "data",
        "soft",
        "hard",
        "bon",
        "elle",
        "aux",
    };

    /// <summary>Words that end others.</summary>
    private static readonly HashSet<string> s_endings = new(StringComparer.OrdinalIgnoreCase)
    {
        "able",
        "ment",
        "ness",
        "less",
        "ship",
        "hood",
        "full",
        "work",
        "works",
        "ward",
        "wise",
        "ally",
        "port",
        "form",
        "forms",
        "self",
        "selves",
        "time",
        "times",
        "side",
        "thing",
        "things",
        "body",
        "ever",
        "line",
        "lines",
        "word",
        "words",
        "tion",
        "tions",
        "sent",
        "temps",
        "fois",
        "jours",
        "sous",
        "tenant",
        "tient",
        "tenu",
        "prise",
        "prises",
        "pose",
        "posé",
        "mise",
        "mises",
        "mettre",
        "faire",
    };

    public static bool IsHyphen(char c) => c is '-' or '\u2010' or '\u00AD';

    /// <summary>Decides for one broken word.</summary>
    /// <param name="first">Last word of the line, hyphen included.</param>
    /// <param name="second">First word of the next line.</param>
    public static HyphenFate Decide(ReadOnlySpan<char> first, ReadOnlySpan<char> second, Vocabulary vocabulary)
    {
        if (first.Length < 2 || second.IsEmpty || !IsHyphen(first[^1]) || !char.IsLetter(first[^2]) || !char.IsLetterOrDigit(second[0]))
        {
            return HyphenFate.EndOfLine;
        }

        if (first[^1] == '\u00AD')
        {
            return HyphenFate.Drop;
        }

        var stem = Vocabulary.Core(first[..^1]);
        if (vocabulary.Contains(stem, second))
        {
            return HyphenFate.Drop;
        }

        if (char.IsDigit(second[0]) || (char.IsUpper(second[0]) && !(IsCapitals(stem) && IsCapitals(Vocabulary.Core(second)))))
        {
            return HyphenFate.Keep;
        }

        if (vocabulary.Contains(first, second))
        {
            return HyphenFate.Keep;
        }

        var enclitic = Vocabulary.Core(second);
        return
            stem.Length < 2
            || stem.ContainsAny('-', '\u2010')
            || s_prefixes.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stem)
            || s_enclitics.GetAlternateLookup<ReadOnlySpan<char>>().Contains(enclitic)
            || IsCompound(stem, enclitic, vocabulary)
            ? HyphenFate.Keep
            : HyphenFate.Drop;
    }

    private static bool IsCompound(ReadOnlySpan<char> first, ReadOnlySpan<char> second, Vocabulary vocabulary) =>
        first.Length >= 3
        && second.Length >= 4
        && vocabulary.Contains(first, [])
        && vocabulary.HasOften(second)
        && !s_beginnings.GetAlternateLookup<ReadOnlySpan<char>>().Contains(first)
        && !s_endings.GetAlternateLookup<ReadOnlySpan<char>>().Contains(second);

    private static bool IsCapitals(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (char.IsLower(c))
            {
                return false;
            }
        }

        return word.Length > 1;
    }
}
