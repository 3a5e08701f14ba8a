using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using RagPy.Api.Http;
using RagPy.Core.Search;

namespace RagPy.Api.Endpoints;

/// <summary>What a search asks for.</summary>
internal sealed class SearchParameters
{
    private const int MaxQuery = 2000;

    [FromQuery(Name = "q")]
    [Description("Words or a question.")]
    public string? Q { get; init; }

    [FromQuery(Name = "mode")]
    [Description("Which sides of the index answer; `hybrid` when absent.")]
    public Choice<SearchMode>? Mode { get; init; }

    [FromQuery(Name = "top")]
    [Description("Results wanted, 1 to 100; 10 when absent.")]
    public int? Top { get; init; }

    [FromQuery(Name = "fusion")]
    [Description("How `hybrid` makes one list of two; `minMax` when absent.")]
    public Choice<FusionMethod>? Fusion { get; init; }

    [FromQuery(Name = "author")]
    [Description("Family name of a creator, in any case, with or without accents.")]
    public string? Author { get; init; }

    [FromQuery(Name = "year")]
    [Description("A year of the item's date, or a range with both ends included: `2020`, `2018-2021`, `2018-`, `-2021`.")]
    public string? Year { get; init; }

    [FromQuery(Name = "tag")]
    [Description("A tag of the item; given several times, it must have them all.")]
    public string[]? Tag { get; init; }

    [FromQuery(Name = "collection")]
    [Description("Name or path (`Parent/Child`) of a Zotero collection; sub-collections count as well.")]
    public string? Collection { get; init; }

    [FromQuery(Name = "type")]
    [Description("Zotero item type, e.g. `journalArticle`.")]
    public string? Type { get; init; }

    [FromQuery(Name = "language")]
    [Description("Language of the item, e.g. `fr`.")]
    public string? Language { get; init; }

    /// <summary>The request to the search.</summary>
    /// <exception cref="ProblemException">Something is missing or out of range.</exception>
    public SearchRequest ToRequest()
    {
        if (string.IsNullOrWhiteSpace(Q) || Q.Length > MaxQuery)
        {
            throw Bad($"The parameter 'q' is needed: words or a question, at most {MaxQuery:N0} characters.");
        }

        if (Top is < 1 or > SearchRequest.MaxTop)
        {
            throw Bad($"The parameter 'top' takes 1 to {SearchRequest.MaxTop}.");
        }

        var (from, to) = Years(Year);
        return new SearchRequest
        {
            Query = Q,
            Mode = Mode?.Value ?? SearchMode.Hybrid,
            Top = Top ?? 10,
            Fusion = Fusion?.Value ?? FusionMethod.MinMax,
            Author = Author,
            YearFrom = from,
            YearTo = to,
            Tags = Tag ?? [],
            Collection = Collection,
            Type = Type,
            Language = Language,
        };
    }

    private static (int? From, int? To) Years(string? range)
    {
        if (string.IsNullOrWhiteSpace(range))
        {
            return (null, null);
        }

        var parts = range.Trim().Split('-');
        int? from = null,
            to = null;
        if (
            parts.Length is 1 or 2
            && parts.Any(part => part.Length > 0)
            && TryYear(parts[0], ref from)
            && TryYear(parts[^1], ref to)
            && (from is null || to is null || from <= to)
        )
        {
            return (from, to);
        }

        throw Bad($"'{range}' is not a range of years: give 2020, 2018-2021, 2018- or -2021.");
    }

    private static bool TryYear(string text, ref int? year)
    {
        if (text.Length == 0)
        {
            return true;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        year = number;
        return true;
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, detail);
}
