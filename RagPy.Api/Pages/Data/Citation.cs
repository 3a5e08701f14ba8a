using System.Globalization;
using System.Text;
using RagPy.Core.Search;
using RagPy.Core.Sources;

namespace RagPy.Api.Pages.Data;

/// <summary>A reference as a person would write it down, with the page.</summary>
/// <param name="Page">Printed label of the page, or its number in the file; null without one.</param>
/// <param name="Section">Heading or chapter, of a document without pages (APA 7 §8.28).</param>
public sealed record Citation(
    IReadOnlyList<Creator> Creators,
    string Title,
    int? Year,
    string Publication,
    string Doi,
    string Url,
    string? Page,
    string? Section = null
)
{
    private const int MaxAuthorsInEnglish = 20;
    private const int MaxAuthorsInFrench = 3;

    /// <summary>The reference of a search result, with the page it cites.</summary>
    public static Citation Of(SearchHit hit)
    {
        ArgumentNullException.ThrowIfNull(hit);
        return new Citation(
            hit.Creators,
            hit.Title,
            hit.Year,
            hit.PublicationTitle,
            hit.Doi,
            hit.Url,
            hit.PageLabel ?? hit.PageIndex?.ToString(CultureInfo.InvariantCulture),
            hit.Section?.Label
        );
    }

    /// <summary>In the manner of the American Psychological Association (7th edition), without italics: <c>Doe, J., &amp; Roe, A. (2016). Title. Journal, p. 4.</c></summary>
    public string ToEnglish()
    {
        var authors = Authors();
        var text = new StringBuilder();
        text.Append(authors.Count > 0 ? JoinEnglish([.. authors.Select(Initialed)]) : Title);
        text.Append($" ({Year?.ToString(CultureInfo.InvariantCulture) ?? "n.d."}).");
        if (authors.Count > 0)
        {
            text.Append(' ').Append(Closed(Title));
        }

        if (Publication.Length > 0 || Page is not null || Section is not null)
        {
            var parts = new[] { Publication, Place("p. ", "“", "”") };
            text.Append(' ').Append(Closed(string.Join(", ", parts.Where(p => p.Length > 0))));
        }

        return WithLink(text);
    }

    /// <summary>In the manner usual in France (after ISO 690): <c>Doe Jane et Roe Anne, « Title », Journal, 2016, p. 4.</c></summary>
    public string ToFrench()
    {
        var authors = Authors();
        var parts = new List<string>();
        if (authors.Count > 0)
        {
            parts.Add(JoinFrench(authors));
        }

        parts.Add($"«\u00A0{Title.TrimEnd('.', ' ')}\u00A0»");
        parts.Add(Publication);
        parts.Add(Year?.ToString(CultureInfo.InvariantCulture) ?? "s.\u00A0d.");
        parts.Add(Place("p.\u00A0", "«\u00A0", "\u00A0»"));
        return WithLink(new StringBuilder(Closed(string.Join(", ", parts.Where(p => p.Length > 0)))));
    }

    /// <summary>Family names and year, as in the text of a paper: <c>Doe &amp; Roe, 2016, p. 4</c>.</summary>
    public string ToShort(bool french)
    {
        var names = Authors().Select(a => a.FamilyName.Length > 0 ? a.FamilyName : a.GivenName).ToList();
        var who = names.Count switch
        {
            0 => Title,
            1 => names[0],
            2 => $"{names[0]} {(french ? "et" : "&")} {names[1]}",
            _ => $"{names[0]} et al.",
        };
        var year = Year?.ToString(CultureInfo.InvariantCulture) ?? (french ? "s.\u00A0d." : "n.d.");
        var place = french ? Place("p.\u00A0", "«\u00A0", "\u00A0»") : Place("p.\u00A0", "“", "”");
        return place.Length == 0 ? $"{who}, {year}" : $"{who}, {year}, {place}";
    }

    private string Place(string page, string open, string close) =>
        Page is not null ? page + Page
        : Section is not null ? open + Section + close
        : "";

    /// <summary>Authors; where an item has none, whoever it names.</summary>
    private List<Creator> Authors()
    {
        var authors = Creators.Where(c => c.Role is "author" or "").ToList();
        return authors.Count > 0 ? authors : [.. Creators];
    }

    private static string JoinEnglish(IReadOnlyList<string> names) =>
        names.Count switch
        {
            1 => names[0],
            > MaxAuthorsInEnglish => $"{string.Join(", ", names.Take(MaxAuthorsInEnglish - 1))}, … {names[^1]}",
            _ => $"{string.Join(", ", names.SkipLast(1))}, & {names[^1]}",
        };

    private static string JoinFrench(List<Creator> authors)
    {
        var names = authors.Select(a => a.ToString()).ToList();
        return names.Count switch
        {
            1 => names[0],
            > MaxAuthorsInFrench => $"{names[0]} et al.",
            _ => $"{string.Join(", ", names.SkipLast(1))} et {names[^1]}",
        };
    }

    /// <summary>Family name and initials: <c>Doe, J.-P. M.</c></summary>
    private static string Initialed(Creator creator)
    {
        if (creator.GivenName.Length == 0 || creator.FamilyName.Length == 0)
        {
            return creator.ToString();
        }

        var initials = creator
            .GivenName.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => string.Join('-', word.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(Initial)));
        return $"{creator.FamilyName}, {string.Join(' ', initials)}";
    }

    /// <summary>First letter with a dot; particles in lower case stay whole.</summary>
    private static string Initial(string name) => char.IsLower(name[0]) ? name : $"{StringInfo.GetNextTextElement(name)}.";

    private static string Closed(string sentence) =>
        sentence.EndsWith('.') || sentence.EndsWith('?') || sentence.EndsWith('!') ? sentence : sentence + ".";

    private string WithLink(StringBuilder text)
    {
        var link =
            Doi.Length > 0 ? (Doi.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? Doi : $"https://doi.org/{Doi}")
            : Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") ? Url
            : "";
        return link.Length == 0 ? text.ToString() : text.Append(' ').Append(link).ToString();
    }
}
