using RagPy.Tests.Api;
using RagPy.Tests.Extractor;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>The application as it is served, with a small project in it.</summary>
public sealed class WebFixture(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Every kind of page.</summary>
    public static readonly string[] PageNames =
    [
        "home",
        "project",
        "session",
        "failed",
        "search",
        "filtered",
        "nothing",
        "reader",
        "abstract",
        "missing",
    ];

    private string _session = "";
    private string _failed = "";

    internal ApiHost Host { get; private set; } = null!;

    /// <summary>Id of the project.</summary>
    public long Project { get; private set; }

    /// <summary>Id of a document that search finds by "lighthouse".</summary>
    public string Document { get; private set; } = "";

    /// <summary>Address of a page.</summary>
    public string Url(string page) =>
        page switch
        {
            "home" => "/",
            "project" => $"/projects/{Project}",
            "session" => $"/projects/{Project}/sessions/{_session}",
            "failed" => $"/projects/{Project}/sessions/{_session}?state=failed",
            "search" => $"/projects/{Project}/search?q=lighthouse",
            "filtered" => $"/projects/{Project}/search?q=lighthouse&type=attachment&year=2020&author=Doe",
            "nothing" => $"/projects/{Project}/search",
            "reader" => $"/documents/{Document}?q=lighthouse&page=1&chunk=0",
            "abstract" => $"/documents/{_failed}",
            "missing" => "/no/such/page",
            _ => throw new ArgumentOutOfRangeException(nameof(page), page, "No such page."),
        };

    public async ValueTask InitializeAsync()
    {
        Host = await ApiHost.WithPdfReaderAsync(postgres);
        Project = await Host.Client.NewProjectAsync();
        var session = await Host.Client.BringInAsync(
            Project,
            ("Lamps.pdf", Pdf("The keeper of the lighthouse trimmed the lamp at dusk.")),
            ("Bread.pdf", Pdf("Dough rises slowly in a cold kitchen.")),
            ("Broken.pdf", ApiCalls.Pdf("FAIL corrupt"))
        );
        _session = $"{session.GetProperty("id").GetInt64()}";
        foreach (
            var document in (await Host.Client.GetJsonAsync($"/api/v1/sessions/{_session}/documents")).GetProperty("items").EnumerateArray()
        )
        {
            var id = document.GetProperty("id").GetString()!;
            if (document.GetProperty("file").GetString() == "Lamps.pdf")
            {
                Document = id;
            }
            else if (document.GetProperty("state").GetString() == "failed")
            {
                _failed = id;
            }
        }
    }

    /// <summary>A PDF of one page with one line.</summary>
    internal static byte[] Pdf(string line) => new TestPdf().Lines((72, 700, 12, line)).ToBytes();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
