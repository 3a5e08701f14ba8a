using CsCheck;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class BibliographyTests
{
    [Theory]
    [InlineData("2020", 2020)]
    [InlineData("c1995", 1995)]
    [InlineData("[1887?]", 1887)]
    [InlineData("1990s", 1990)]
    [InlineData("17 mai 2011", 2011)]
    [InlineData("2020-05-17", 2020)]
    [InlineData("20200517", 2020)]
    [InlineData("2010-11", 2010)]
    [InlineData("2020-05-17T10:15:00-1000", 2020)]
    [InlineData("2020-2021", 2020, 2021)]
    [InlineData("2018–2021", 2018, 2021)]
    [InlineData("1998/99", 1998, 1999)]
    [InlineData("2011-05-25~/2012-06-26~", 2011, 2012)]
    [InlineData("May 5, 2019 (reprinted 2021)", 2019, 2021)]
    [InlineData("２０２０年５月", 2020)]
    [InlineData("n.d.")]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("0000-00-00")]
    [InlineData("no. 20209999")]
    public void Years_are_those_of_four_digits(string date, params int[] years) => Assert.Equal(years, Bibliography.Years(date));

    [Fact]
    public void A_year_is_found_whatever_text_surrounds_it() =>
        Gen.Select(Gen.Int[1000, 2999], Gen.String[Gen.Char["abcé ,.()[]?~\uD83D"], 0, 8], Gen.String[Gen.Char["abcé ,.()[]?~\0"], 0, 8])
            .Sample((year, before, after) => Assert.Equal([year], Bibliography.Years(before + year + after)));

    [Fact]
    public void Any_text_can_be_a_date_or_a_name() =>
        Gen.String.Sample(text =>
        {
            Assert.All(Bibliography.Years(text), year => Assert.InRange(year, 1000, 2999));
            var folded = Bibliography.FoldName(text);
            Assert.Equal(folded, Bibliography.FoldName(folded));
        });

    [Theory]
    [InlineData("Lévi-Strauss", "levi strauss")]
    [InlineData("d’Alembert", "d alembert")]
    [InlineData("O'Neil", "o neil")]
    [InlineData("Œuvré", "oeuvre")]
    [InlineData("Weiß", "weiss")]
    [InlineData("Ørsted", "orsted")]
    [InlineData("ŁUKASIEWICZ", "lukasiewicz")]
    [InlineData("  Smith, Jr.  ", "smith jr")]
    [InlineData("Достоевский", "достоевскии")]
    [InlineData("林", "林")]
    [InlineData("…", "")]
    public void Names_are_folded(string name, string folded) => Assert.Equal(folded, Bibliography.FoldName(name));

    [Fact]
    public void Composed_and_decomposed_names_fold_alike() =>
        Assert.Equal(Bibliography.FoldName("Nicolae-C\u0103t\u0103lin"), Bibliography.FoldName("Nicolae-Ca\u0306ta\u0306lin"));

    [Theory]
    [InlineData("de Gaulle", "Charles", "de gaulle", "gaulle")]
    [InlineData("Gaulle", "Charles de", "gaulle", "de gaulle")]
    [InlineData("von der Leyen", "Ursula", "von der leyen", "leyen")]
    [InlineData("La Fontaine", "Jean de", "la fontaine", "fontaine", "de la fontaine")]
    [InlineData("d'Alembert", "Jean", "d alembert", "dalembert", "alembert")]
    [InlineData("O’Neil", "Jane", "o neil", "oneil")]
    [InlineData("Doe", "Jane D.", "doe")]
    [InlineData("World Health Organization", "", "world health organization")]
    [InlineData("The Lighthouse Board", "", "the lighthouse board")]
    [InlineData("Doe, Jane", "", "doe jane", "doe")]
    [InlineData("", "Plato", "plato")]
    public void An_author_is_found_with_and_without_particles(string family, string given, params string[] keys) =>
        Assert.Equal(keys, Bibliography.AuthorKeys([new Creator("author", family, given)]));

    [Fact]
    public void Authors_of_all_roles_are_keyed_once() =>
        Assert.Equal(
            ["doe", "solo"],
            Bibliography.AuthorKeys([
                new("author", "Doe", "Jane"),
                new("editor", "Doe", "John"),
                new("editor", "Solo", ""),
                new("author", "", ""),
            ])
        );

    [Fact]
    public void Authors_are_written_as_in_the_originals_column() =>
        Assert.Equal(
            "Doe Jane, Solo, Plato",
            Bibliography.FormatAuthors([new("author", "Doe", "Jane"), new("editor", "Solo", ""), new("author", "", "Plato")])
        );
}
