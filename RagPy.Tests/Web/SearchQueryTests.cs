using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using RagPy.Api.Pages.Data;
using RagPy.Core.Search;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>A search as an address.</summary>
public sealed class SearchQueryTests
{
    [Fact]
    public void An_address_says_all_that_a_search_asks()
    {
        var query = new SearchQuery
        {
            Text = "marée & «lune» 100%",
            Mode = SearchMode.Sparse,
            Top = 30,
            Author = "O'Neil",
            Year = "2018-2021",
            Tag = "c#",
            Collection = "Côtes/Phares",
            Type = "book",
            Language = "fr",
        };

        Assert.Equal(query, Read(query.ToUrl(7)));
        Assert.StartsWith("/projects/7/search?", query.ToUrl(7), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_as_usual_is_left_out_of_the_address() =>
        Assert.Equal("/projects/7/search?q=tide", new SearchQuery { Text = "tide" }.ToUrl(7));

    [Theory]
    [InlineData("2020", 2020, 2020)]
    [InlineData("2018-2021", 2018, 2021)]
    [InlineData("2018 – 2021", 2018, 2021)]
    [InlineData("2018-", 2018, null)]
    [InlineData("-2021", null, 2021)]
    public void Years_may_be_a_range_with_open_ends(string year, int? from, int? to)
    {
        var query = new SearchQuery { Text = "x", Year = year };

        Assert.True(query.HasReadableYear);
        Assert.Equal((from, to), (query.ToRequest().YearFrom, query.ToRequest().YearTo));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("2021-2018")]
    [InlineData("-")]
    [InlineData("1-2-3")]
    public void What_is_no_range_of_years_is_noticed(string year) =>
        Assert.False(new SearchQuery { Text = "x", Year = year }.HasReadableYear);

    [Fact]
    public void Nonsense_in_an_address_gives_the_defaults()
    {
        var query = Read("/projects/7/search?q=x&mode=magic&top=-3");

        Assert.Equal(new SearchQuery { Text = "x" }, query);
        Assert.Equal(SearchRequest.MaxTop, Read("/?q=x&top=5000").Top);
    }

    private static SearchQuery Read(string url) =>
        SearchQuery.Read(new QueryCollection(QueryHelpers.ParseQuery(url[url.IndexOf('?', StringComparison.Ordinal)..])));
}
