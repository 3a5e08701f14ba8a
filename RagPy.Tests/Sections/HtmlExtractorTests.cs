using System.Text;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Sections;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Sections;

public sealed class HtmlExtractorTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public async Task A_page_is_cut_at_its_headings_and_says_where_each_passage_stands()
    {
        const string Page = """
            <!DOCTYPE html><html lang="fr"><head><title>Les phares &amp; la côte</title><style>p{color:red}</style></head><body>
            <nav><a href="/">Accueil</a></nav><header role="banner">Bandeau</header>
            <h1>Les phares</h1><p>Un   premier <b>para</b>graphe,<br>sur deux lignes.</p>
            <script>document.write("<p>jamais</p>")</script><noscript>Activez JavaScript</noscript>
            <h2 id="optique">Optique</h2><ul><li>Fresnel</li><li>verre ﬁn</li></ul>
            <table><tr><th>Nom</th><th>An</th></tr><tr><td>Eckmühl</td><td>1897</td></tr></table>
            <div hidden>caché</div><p style="display: none">caché</p><pre>a
              b</pre>
            <h2>Références</h2><p>Doe, J. (1900).</p><h2>Annexe</h2><p>Fin.</p><footer>Pied</footer></body></html>
            """;

        var (sections, structure) = await ReadAsync(Page);

        Assert.Equal(
            [
                "Les phares\n\nUn premier paragraphe,\nsur deux lignes.",
                "Optique\n\n- Fresnel\n\n- verre fin\n\nNom | An\n\nEckmühl | 1897\n\na\n  b",
                "Références\n\nDoe, J. (1900).",
                "Annexe\n\nFin.",
            ],
            sections.Select(section => section.Text.Replace("              b", "  b", StringComparison.Ordinal))
        );
        Assert.Equal(["Les phares", "Optique", "Références", "Annexe"], structure.Labels);
        Assert.Equal(("Les phares & la côte", "fr"), (structure.Title, structure.Language));
        Assert.Equal([1, 2, 2, 2], structure.Regions.Where(r => r.Kind == RegionKind.Heading).Select(r => r.Level));
        var references = Assert.Single(structure.Regions, r => r.Kind == RegionKind.References);
        Assert.Equal("Doe, J. (1900).", sections[2].Text[references.Start..references.End]);
        Assert.All(sections, section => Assert.Equal((0f, 0f), (section.Width, section.Height)));
    }

    [Fact]
    public async Task What_stands_outside_of_a_full_main_element_is_left_out()
    {
        var (sections, _) = await ReadAsync(
            $"<body><p>Cookies?</p><main><p>{string.Join(' ', Enumerable.Repeat("lighthouse", 100))}</p></main><p>Related</p></body>"
        );

        Assert.StartsWith("lighthouse lighthouse", Assert.Single(sections).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Related", sections[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("windows-1252", "<meta charset=iso-8859-1>")]
    [InlineData("windows-1252", "")]
    [InlineData("utf-8", "<meta charset=iso-8859-1>")]
    [InlineData("utf-16", "")]
    [InlineData("windows-1251", "<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">")]
    public async Task The_encoding_is_found(string encoding, string declaration)
    {
        var codec = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        var text = encoding == "windows-1251" ? "Маяк на берегу" : "Le phare d'Eckmühl, à l'œuvre";
        await File.WriteAllBytesAsync(
            _path,
            [.. codec.GetPreamble(), .. codec.GetBytes($"{declaration}<p>{text}</p>")],
            TestContext.Current.CancellationToken
        );

        Assert.Equal(text, Assert.Single((await ReadAsync()).Sections).Text);
    }

    [Fact]
    public async Task Embedded_pictures_do_not_count()
    {
        var picture = "data:image/png;base64," + new string('A', HtmlFile.MaxBytes) + "==";

        Assert.Equal("Text", Assert.Single((await ReadAsync($"<img src=\"{picture}\"><p>Text</p>")).Sections).Text);
    }

    [Theory]
    [InlineData("<p>", FailureCode.Empty)]
    [InlineData("", FailureCode.Empty)]
    public async Task A_page_without_text_is_empty(string page, FailureCode code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<DocumentFailedException>(() => ReadAsync(page))).Failure.Code);

    [Fact]
    public async Task A_page_of_endless_markup_is_too_large() =>
        Assert.Equal(
            FailureCode.TooLarge,
            (await Assert.ThrowsAsync<DocumentFailedException>(() => ReadAsync(new string('x', HtmlFile.MaxBytes + 1)))).Failure.Code
        );

    [Theory]
    [InlineData("<font a={0}>", 200_000)]
    [InlineData("<div>", 1_000_000)]
    [InlineData("<b><i>", 500_000)]
    [InlineData("<table><tr><td>", 300_000)]
    [InlineData("</a</a", 500_000)]
    [InlineData("<nav>", 500_000)]
    public async Task A_page_made_to_break_a_parser_takes_a_moment_only(string piece, int times)
    {
        var page = new StringBuilder("<p>before</p>");
        for (var i = 0; i < times; i++)
        {
            page.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, piece, i);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (sections, _) = await ReadAsync(page.Append("<p>after</p>").ToString(), limit.Token);

        Assert.StartsWith("before", sections[0].Text, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);

    private async Task<(List<ExtractedPage> Sections, DocumentStructure Structure)> ReadAsync(
        string? page = null,
        CancellationToken token = default
    )
    {
        if (page is not null)
        {
            await File.WriteAllTextAsync(_path, page, TestContext.Current.CancellationToken);
        }

        var parts = await new HtmlExtractor().ExtractAsync(_path, token).ToListAsync(TestContext.Current.CancellationToken);

        return ([.. parts.OfType<ExtractedPage>()], (DocumentStructure)parts[^1]);
    }
}
