using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RagPy.Core.Sources;

/// <summary>How names and dates of a bibliography are compared with what people type: <c>de Gaulle</c>, <c>gaulle</c>, <c>2020</c>.</summary>
public static partial class Bibliography
{
    /// <summary>Words that may open a family name without being the word it is looked up by (French, Dutch, German, Italian, Spanish, Portuguese, Arabic).</summary>
    private static readonly HashSet<string> s_particles = new(
        (
            "af al av bin d da dal dalla das de degli dei del dell della delle dello den der des di do dos du el ibn l la las le les lo los op "
            + "t ten ter van vom von zu zum zur"
        ).Split(' '),
        StringComparer.Ordinal
    );

    /// <summary>Letters that Unicode does not decompose although people type them so.</summary>
    private static readonly Dictionary<char, string> s_letters = new()
    {
        ['œ'] = "oe",
        ['æ'] = "ae",
        ['ß'] = "ss",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['þ'] = "th",
        ['ł'] = "l",
        ['ħ'] = "h",
        ['ı'] = "i",
    };

    /// <summary>
    /// What the author filter compares, for all creators: each family name folded by <see cref="FoldName"/>, with its particles and without them
    /// (<c>de gaulle</c>, <c>gaulle</c>) and with apostrophes closed up (<c>o neil</c>, <c>oneil</c>), so a query folded the same way finds each. Particles kept with the given name
    /// (<c>Charles de</c>) count too. A name in one field, such as an institution's, is folded whole and, when it has a comma, also up to it
    /// (<c>Doe, Jane</c> gives <c>doe</c>).
    /// </summary>
    /// <returns>Distinct keys in the order of the creators; never an empty string.</returns>
    public static string[] AuthorKeys(IReadOnlyList<Creator> creators)
    {
        ArgumentNullException.ThrowIfNull(creators);
        var keys = new List<string>();
        foreach (var creator in creators)
        {
            var family = FoldName(creator.FamilyName.Length > 0 ? creator.FamilyName : creator.GivenName);
            keys.Add(family);
            keys.Add(FoldName(Apostrophe().Replace(creator.FamilyName, "")));
            if (creator.GivenName.Length > 0 && creator.FamilyName.Length > 0)
            {
                keys.Add(WithoutParticles(family));
                keys.Add(TrailingParticles(creator.GivenName) + family);
            }
            else if (creator.FamilyName.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma)
            {
                keys.Add(FoldName(creator.FamilyName[..comma]));
            }
        }

        return [.. keys.Where(key => key.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// A name as it is compared: lower case, without accents, œ/æ/ß/ø and the like written out, everything that is not a letter or digit
    /// (hyphens, apostrophes, dots) one space: <c>Lévi-Strauss</c> → <c>levi strauss</c>, <c>d’Alembert</c> → <c>d alembert</c>.
    /// </summary>
    public static string FoldName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var folded = new StringBuilder(name.Length);
        var space = false;
        foreach (var c in UnicodeText.WellFormed(name).Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
            {
                continue;
            }

            // Surrogates are letters of rarer scripts; of what else is no letter or digit only the boundary counts.
            if (
                !char.IsLetterOrDigit(c)
                && !char.IsSurrogate(c)
                && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.SpacingCombiningMark
            )
            {
                space = folded.Length > 0;
                continue;
            }

            if (space)
            {
                folded.Append(' ');
                space = false;
            }

            folded.Append(s_letters.TryGetValue(c, out var letters) ? letters : c.ToString());
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>
    /// Each year of four digits (1000–2999) in a date field, ascending: <c>2020-2021</c> gives both ends, <c>c1995</c>, <c>17 mai 2011</c> and
    /// <c>2020-05-17</c> one, <c>n.d.</c> none. Eight digits are a year when they are a calendar date (<c>20200517</c>). A short second year
    /// counts when it cannot be a month (<c>1998/99</c> gives 1998 and 1999, <c>2010-11</c> is November). A time of day is not read.
    /// </summary>
    public static int[] Years(string date)
    {
        ArgumentNullException.ThrowIfNull(date);
        var text = TimeOfDay().Replace(UnicodeText.WellFormed(date).Normalize(NormalizationForm.FormKC), "$1");
        var years = new SortedSet<int>();
        foreach (Match match in CompactDate().Matches(text))
        {
            years.Add(int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture));
        }

        foreach (Match match in FourDigits().Matches(text))
        {
            var year = int.Parse(match.Groups["year"].ValueSpan, CultureInfo.InvariantCulture);
            years.Add(year);
            if (match.Groups["short"] is { Success: true } group)
            {
                var end = int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);
                if (end > 12 && end > year % 100)
                {
                    years.Add(year - (year % 100) + end);
                }
            }
        }

        return [.. years];
    }

    /// <summary>The creators as one cell of the original's <c>authors</c> column: family name, space, given name, joined by a comma and a space.</summary>
    public static string FormatAuthors(IReadOnlyList<Creator> creators)
    {
        ArgumentNullException.ThrowIfNull(creators);

        return string.Join(", ", creators.Select(creator => creator.ToString()).Where(name => name.Length > 0));
    }

    /// <summary>Whether a word may open a family name without being the word it is looked up by: <c>de</c>, <c>van</c>.</summary>
    internal static bool IsParticle(string word) => s_particles.Contains(FoldName(word));

    private static string WithoutParticles(string folded)
    {
        var rest = folded.AsSpan();
        while (rest.IndexOf(' ') is > 0 and var space && s_particles.Contains(rest[..space].ToString()))
        {
            rest = rest[(space + 1)..];
        }

        return rest.ToString();
    }

    private static string TrailingParticles(string givenName)
    {
        var words = givenName.Split([' ', '\u00A0', '\'', '’'], StringSplitOptions.RemoveEmptyEntries);
        var first = words.Length;

        // A capital alone is an initial (Juan D.); one key too many for a given name that looks like a particle does no harm.
        while (
            first > 1
            && FoldName(words[first - 1]) is var word
            && s_particles.Contains(word)
            && (word.Length > 1 || char.IsLower(words[first - 1][0]))
        )
        {
            first--;
        }

        return string.Concat(words.Skip(first).Select(word => FoldName(word) + " "));
    }

    [GeneratedRegex(@"(?<![0-9])(?<year>[12][0-9]{3})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex CompactDate();

    [GeneratedRegex(
        @"(?<![0-9])(?<year>[12][0-9]{3})(?![0-9])(?:\s?[-/–—]\s?(?<short>[0-9]{2})(?![-/–—.]?[0-9]))?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex FourDigits();

    [GeneratedRegex(@"['’ʼ`´]")]
    private static partial Regex Apostrophe();

    [GeneratedRegex(@"([0-9])[T ][0-9]{2}:[0-9]{2}.*$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex TimeOfDay();
}
