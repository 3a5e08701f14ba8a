using System.Text;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Documents without pages, from upload to citation.</summary>
public sealed class TableTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiHost _host = default!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await ApiHost.CreateAsync(postgres);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_csv_is_brought_in_found_without_a_page_read_and_exported_as_it_was()
    {
        const string Table =
            "itemKey,type,title,abstract,date,url,doi,authors,filename,path,attachment_title,texteocr,texteocr_provider\n"
            + "k1,book,Tides,An abstract,2011,,,Doe Jane,,a.txt,,\"The tide mill stands by the sea.\n\nIt grinds \\ corn.\",\n"
            + "k2,book,Lights,,2012,,,Roe Anne,,,,The lighthouse of Eckmühl.,csv\n";
        var project = await _host.Client.NewProjectAsync();

        var session = await _host.Client.BringInAsync(project, ("table.csv", Encoding.UTF8.GetBytes(Table)));

        Assert.Equal("csv", session.GetProperty("kind").GetString());
        Assert.Equal(2, session.GetProperty("counts").GetProperty("indexed").GetInt32());
        var found = await _host.Client.GetJsonAsync($"/api/v1/projects/{project}/search?q=tide+mill");
        var result = found.GetProperty("results")[0];
        Assert.Equal("Tides", result.GetProperty("title").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, result.GetProperty("page").ValueKind);
        Assert.Equal(1, result.GetProperty("section").GetProperty("index").GetInt32());
        var document = result.GetProperty("document").GetGuid();
        var reader = await _host.Client.GetStringAsync(
            $"/documents/{document}?q=mill&section=1&chunk={result.GetProperty("chunk").GetInt32()}",
            Token
        );
        Assert.Contains("<mark id=\"quote\">The tide mill stands by the sea.</mark>", reader, StringComparison.Ordinal);
        Assert.DoesNotContain("data-reader", reader, StringComparison.Ordinal);
        var export = await _host.Client.GetStringAsync(
            $"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/exports/output.csv",
            Token
        );
        Assert.Contains(
            "k1,book,Tides,An abstract,2011,,,Doe Jane,,a.txt,,\"The tide mill stands by the sea.\n\nIt grinds \\ corn.\",csv\r\n",
            export,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "k2,book,Lights,,2012,,,Roe Anne,,table.csv#row=3,,The lighthouse of Eckmühl.,csv\r\n",
            export,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_csv_without_a_text_column_ends_with_a_sentence_that_names_its_columns()
    {
        var project = await _host.Client.NewProjectAsync();

        var session = await _host.Client.BringInAsync(project, ("table.csv", "a,b\n1,2\n"u8.ToArray()));

        Assert.Contains("its columns are: a, b", session.GetRawText(), StringComparison.Ordinal);
    }
}
