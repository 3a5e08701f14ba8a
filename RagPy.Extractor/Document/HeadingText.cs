namespace RagPy.Extractor.Document;

/// <summary>What the words of a short block say about its being a heading.</summary>
/// <param name="NumberDepth">Depth of its numbering: 1 for <c>3</c>, <c>IV.</c> or <c>A.</c>, 2 for <c>3.1</c>; 0 without.</param>
/// <param name="IsCapitals">All letters are capitals.</param>
/// <param name="EndsSentence">It ends as a sentence or a list entry does.</param>
/// <param name="Letters">Number of letters.</param>
/// <param name="LooksLikeHeading">It has words, starts like a title, and is not mostly figures.</param>
/// <param name="Title">The words without the numbering, lower case.</param>
internal readonly record struct HeadingText(
    int NumberDepth,
    bool IsCapitals,
    bool EndsSentence,
    int Letters,
    bool LooksLikeHeading,
    string Title
)
{
    private static readonly HashSet<string> s_references =
    [
        "references",
        "reference",
        "references and notes",
        "references cited",
        "reference list",
        "bibliography",
        "selected bibliography",
        "literature",
        "literature cited",
        "works cited",
        "cited works",
        "références",
        "références bibliographiques",
        "bibliographie",
        "ouvrages cités",
        "œuvres citées",
        "literatur",
        "literaturverzeichnis",
        "quellen",
        "quellenverzeichnis",
        "referencias",
        "referencias bibliográficas",
        "bibliografía",
        "bibliografia",
        "riferimenti",
        "riferimenti bibliografici",
        "referências",
        "referências bibliográficas",
        "literatura",
        "список литературы",
        "литература",
        "参考文献",
    ];

    private static readonly HashSet<string> s_sections =
    [
        "abstract",
        "introduction",
        "conclusion",
        "conclusions",
        "discussion",
        "results",
        "methods",
        "materials and methods",
        "related work",
        "acknowledgments",
        "acknowledgements",
        "acknowledgment",
        "acknowledgement",
        "appendix",
        "appendices",
        "annex",
        "contents",
        "table of contents",
        "keywords",
        "résumé",
        "sommaire",
        "remerciements",
        "annexe",
        "annexes",
        "table des matières",
        "zusammenfassung",
        "einleitung",
        "fazit",
        "danksagung",
        "anhang",
    ];

    public bool IsReferences => s_references.Contains(Title);

    public bool IsKnownSection => IsReferences || s_sections.Contains(Title);

    /// <summary>An appendix, acknowledgements or a note about the authors: what follows a reference list.</summary>
    public bool IsBackMatter =>
        Title.StartsWith("append", StringComparison.Ordinal)
        || Title.StartsWith("annex", StringComparison.Ordinal)
        || Title.StartsWith("acknowledg", StringComparison.Ordinal)
        || Title.StartsWith("supplement", StringComparison.Ordinal)
        || Title.StartsWith("about the author", StringComparison.Ordinal)
        || Title.StartsWith("remerciement", StringComparison.Ordinal)
        || Title.StartsWith("anhang", StringComparison.Ordinal)
        || Title.StartsWith("index", StringComparison.Ordinal);

    public static HeadingText Read(string text)
    {
        text = text.Trim();
        var title = StripNumber(text, out var depth);
        int letters = 0,
            capitals = 0,
            others = 0;
        foreach (var c in title)
        {
            if (char.IsLetter(c))
            {
                letters++;
                capitals += char.IsLower(c) ? 0 : 1;
            }
            else if (!char.IsWhiteSpace(c))
            {
                others++;
            }
        }

        var starts =
            title.Length > 0
            && (char.IsUpper(title[0]) || !char.IsLower(title[0]) && char.IsLetter(title[0]) || (depth > 0 && char.IsLetter(title[0])));
        var ends = text.Length > 0 && text[^1] is '.' or ',' or ';';
        return new HeadingText(
            depth,
            capitals == letters && letters > 0,
            ends,
            letters,
            letters >= 3 && starts && others <= letters,
            title.TrimEnd('.', ':', ' ').ToLowerInvariant()
        );
    }

    /// <summary>Takes <c>2.1</c>, <c>IV.</c>, <c>A.</c> or <c>Chapter 3</c>'s like off the front.</summary>
    private static string StripNumber(string text, out int depth)
    {
        depth = 0;
        var space = text.IndexOf(' ');
        if (space is <= 0 or > 12)
        {
            return text;
        }

        var number = text.AsSpan(0, space);
        var body = number.TrimEnd('.').TrimEnd(')');
        var rest = text[(space + 1)..].Trim();
        if (body.IsEmpty || rest.Length == 0)
        {
            return text;
        }

        if (IsDecimal(body, out var parts))
        {
            depth = parts;
            return rest;
        }

        var dotted = number[^1] is '.' or ')';
        if (dotted && ((body.Length == 1 && char.IsAsciiLetterUpper(body[0])) || RomanNumeral.TryParse(body, out _)))
        {
            depth = 1;
            return rest;
        }

        return text;
    }

    private static bool IsDecimal(ReadOnlySpan<char> number, out int parts)
    {
        parts = 1;
        var digits = 0;
        foreach (var c in number)
        {
            if (c == '.')
            {
                parts++;
                digits = 0;
            }
            else if (!char.IsAsciiDigit(c) && !(char.IsAsciiLetterUpper(c) && parts == 1 && digits == 0))
            {
                return false;
            }
            else if (++digits > 2)
            {
                return false;
            }
        }

        return digits > 0 && (parts > 1 || char.IsAsciiDigit(number[0]));
    }
}
