using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using RagPy.Core.Search;

namespace RagPy.Api.Pages.Data;

/// <summary>What a visitor asks for, as the address of the results has it: every state of the search form is a link.</summary>
public sealed record SearchQuery
{
    /// <summary>Results of one page, and how many more a page further on has.</summary>
    public const int PageSize = 10;

    public string Text { get; init; } = "";

    public SearchMode Mode { get; init; }

    public int Top { get; init; } = PageSize;

    public string Author { get; init; } = "";

    /// <summary><c>2020</c>, <c>2018-2021</c>, <c>2018-</c> or <c>-2021</c>, as it was typed.</summary>
    public string Year { get; init; } = "";

    public string Tag { get; init; } = "";

    public string Collection { get; init; } = "";

    public string Type { get; init; } = "";

    public string Language { get; init; } = "";

    /// <summary>Some filter is set.</summary>
    public bool IsFiltered => Author.Length + Year.Length + Tag.Length + Collection.Length + Type.Length + Language.Length > 0;

    public static SearchQuery Read(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        string Of(string name) => query[name].ToString().Trim();
        return new SearchQuery
        {
            Text = Of("q"),
            Mode = Enum.TryParse<SearchMode>(Of("mode"), ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : SearchMode.Hybrid,
            Top = int.TryParse(Of("top"), NumberStyles.None, CultureInfo.InvariantCulture, out var top)
                ? Math.Clamp(top, 1, SearchRequest.MaxTop)
                : PageSize,
            Author = Of("author"),
            Year = Of("year"),
            Tag = Of("tag"),
            Collection = Of("collection"),
            Type = Of("type"),
            Language = Of("language"),
        };
    }

    /// <summary>The request of it. A year that cannot be read does not filter; see <see cref="HasReadableYear"/>.</summary>
    public SearchRequest ToRequest()
    {
        var (from, to) = ReadYears() ?? (null, null);
        return new SearchRequest
        {
            Query = Text,
            Mode = Mode,
            Top = Top,
            Author = Author,
            YearFrom = from,
            YearTo = to,
            Tags = Tag.Length > 0 ? [Tag] : [],
            Collection = Collection,
            Type = Type,
            Language = Language,
        };
    }

    /// <summary>The year filter is empty or says a range.</summary>
    public bool HasReadableYear => Year.Length == 0 || ReadYears() is not null;

    /// <summary>Address of the results in a project.</summary>
    public string ToUrl(long projectId) => QueryHelpers.AddQueryString($"/projects/{projectId}/search", Values());

    /// <summary>Address of a result's page in the reader, from which <see cref="Read"/> knows the way back.</summary>
    public string ToReaderUrl(SearchHit hit)
    {
        ArgumentNullException.ThrowIfNull(hit);
        var values = Values();
        if (hit.PageIndex is { } page)
        {
            values["page"] = page.ToString(CultureInfo.InvariantCulture);
        }

        if (hit.Section is { } section)
        {
            values["section"] = section.Index.ToString(CultureInfo.InvariantCulture);
        }

        values["chunk"] = hit.Ordinal.ToString(CultureInfo.InvariantCulture);
        return QueryHelpers.AddQueryString($"/documents/{hit.DocumentId}", values);
    }

    private Dictionary<string, string?> Values()
    {
        var values = new Dictionary<string, string?> { ["q"] = Text };
        void Add(string name, string value, bool isDefault)
        {
            if (!isDefault)
            {
                values[name] = value;
            }
        }

        Add("mode", Mode.ToString().ToLowerInvariant(), Mode == SearchMode.Hybrid);
        Add("top", Top.ToString(CultureInfo.InvariantCulture), Top == PageSize);
        Add("author", Author, Author.Length == 0);
        Add("year", Year, Year.Length == 0);
        Add("tag", Tag, Tag.Length == 0);
        Add("collection", Collection, Collection.Length == 0);
        Add("type", Type, Type.Length == 0);
        Add("language", Language, Language.Length == 0);
        return values;
    }

    private (int? From, int? To)? ReadYears()
    {
        var parts = Year.Split('-', '–');
        if (parts.Length > 2 || parts.All(string.IsNullOrWhiteSpace) || !TryYear(parts[0], out var from) || !TryYear(parts[^1], out var to))
        {
            return null;
        }

        return from > to ? null : (from, to);
    }

    private static bool TryYear(string text, out int? year)
    {
        year = int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return year is not null || string.IsNullOrWhiteSpace(text);
    }
}
