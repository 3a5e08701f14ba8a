using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Search, documents, their files and pages, exports; and that none of it is for strangers.</summary>
public sealed class ReadingTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_gives_passages_with_their_pages()
    {
        var (project, _, document) = await LibraryAsync();

        var found = await _client.GetJsonAsync($"/api/v1/projects/{project}/search?q=keepers%20washed&mode=sparse&top=3");

        Assert.Equal(("sparse", "keepers washed"), (found.GetProperty("mode").GetString(), found.GetProperty("query").GetString()));
        var result = found.GetProperty("results")[0];
        Assert.Equal(document, result.GetProperty("document").GetGuid());
        Assert.Equal((1, 2), (result.GetProperty("rank").GetInt32(), result.GetProperty("page").GetProperty("index").GetInt32()));
        Assert.Contains("Keepers washed", result.GetProperty("quote").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(result.GetProperty("highlights").EnumerateArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?q=")]
    [InlineData("?q=%20")]
    [InlineData("?q=a&top=0")]
    [InlineData("?q=a&top=101")]
    [InlineData("?q=a&mode=best")]
    [InlineData("?q=a&fusion=best")]
    [InlineData("?q=a&year=soon")]
    [InlineData("?q=a&year=2021-2018")]
    [InlineData("?q=a&year=-")]
    public async Task A_search_that_asks_for_nothing_possible_is_refused(string query)
    {
        var project = await _client.NewProjectAsync();

        using var response = await _client.GetAsync($"/api/v1/projects/{project}/search{query}", Token);

        await ApiCalls.AssertProblemAsync(response, HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task A_search_filters_by_year_and_tag_of_the_item()
    {
        var project = await _client.NewProjectAsync();
        var json = """
            [{"key":"AAAAAAA1","itemType":"book","title":"Tide mills","date":"2019","tags":[{"tag":"Sea"}]},
             {"key":"AAAAAAA2","itemType":"book","title":"Wind mills","date":"2021","tags":[{"tag":"Air"}]}]
            """;
        await _client.BringInAsync(project, ("library.json", Encoding.UTF8.GetBytes(json)));

        async Task<string[]> TitlesAsync(string filter) =>
            [
                .. (await _client.GetJsonAsync($"/api/v1/projects/{project}/search?q=mills&{filter}"))
                    .GetProperty("results")
                    .EnumerateArray()
                    .Select(r => r.GetProperty("title").GetString()!)
                    .Order(),
            ];

        Assert.Equal(["Tide mills", "Wind mills"], await TitlesAsync("year=2019-2021"));
        Assert.Equal(["Wind mills"], await TitlesAsync("year=2020-"));
        Assert.Equal(["Tide mills"], await TitlesAsync("tag=sea"));
        Assert.Empty(await TitlesAsync("tag=sea&tag=air"));
    }

    [Fact]
    public async Task A_search_is_not_repeated_while_nothing_has_changed()
    {
        var (project, _, document) = await LibraryAsync();
        var path = $"/api/v1/projects/{project}/search?q=keepers";
        using var first = await _client.GetAsync(path, Token);
        var tag = first.Headers.ETag!;

        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(path, tag));
        using var deleted = await _client.DeleteAsync($"/api/v1/documents/{document}", Token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(path, tag));
    }

    [Fact]
    public async Task The_file_of_a_document_comes_whole_or_in_ranges_and_harmless()
    {
        var (_, _, document) = await LibraryAsync();
        var path = $"/api/v1/documents/{document}/file";

        using var whole = await _client.GetAsync(path, Token);
        var bytes = await whole.Content.ReadAsByteArrayAsync(Token);

        Assert.Equal(
            ("application/pdf", "inline"),
            (whole.Content.Headers.ContentType!.MediaType, whole.Content.Headers.ContentDisposition!.DispositionType)
        );
        Assert.Equal("phare d'été.pdf", whole.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Contains("sandbox", Assert.Single(whole.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(whole.Headers.GetValues("X-Content-Type-Options")));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = new RangeHeaderValue(5, 9);
        using var part = await _client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[5..10], await part.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(path, whole.Headers.ETag!));
        using var beyond = new HttpRequestMessage(HttpMethod.Get, path);
        beyond.Headers.Range = new RangeHeaderValue(1_000_000, null);
        using var refused = await _client.SendAsync(beyond, Token);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
        Assert.Equal(bytes.Length, refused.Content.Headers.ContentRange!.Length);
    }

    [Fact]
    public async Task A_file_that_is_no_pdf_is_a_download_without_a_type()
    {
        var project = await _client.NewProjectAsync();
        var zip = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(zip, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("page.pdf").Open();
            entry.Write("<script>alert(1)</script>"u8);
        }

        var session = await _client.BringInAsync(project, ("a.zip", zip.ToArray()));
        var documents = await _client.GetJsonAsync($"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/documents");
        var document = documents.GetProperty("items").EnumerateArray().First(d => d.GetProperty("hasFile").GetBoolean());

        using var file = await _client.GetAsync($"/api/v1/documents/{document.GetProperty("id").GetGuid()}/file", Token);

        Assert.Equal("application/octet-stream", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task A_page_is_given_as_it_was_read()
    {
        var (_, _, document) = await LibraryAsync();

        var page = await _client.GetJsonAsync($"/api/v1/documents/{document}/pages/2");

        Assert.Equal((2, "fake"), (page.GetProperty("index").GetInt32(), page.GetProperty("engine").GetString()));
        Assert.Contains("Keepers washed", page.GetProperty("text").GetString(), StringComparison.Ordinal);
        using var beyond = await _client.GetAsync($"/api/v1/documents/{document}/pages/3", Token);
        await ApiCalls.AssertProblemAsync(beyond, HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("output.csv", "text/csv")]
    [InlineData("output_chunks.json", "application/json")]
    [InlineData("output_chunks_with_embeddings.json", "application/json")]
    [InlineData("output_chunks_with_embeddings_sparse.json", "application/json")]
    public async Task Exports_are_files_of_the_original(string name, string type)
    {
        var (_, session, _) = await LibraryAsync();

        using var file = await _client.GetAsync($"/api/v1/sessions/{session}/exports/{name}", Token);

        Assert.Equal(type, file.Content.Headers.ContentType!.MediaType);
        Assert.Equal(name, file.Content.Headers.ContentDisposition!.FileName);
        Assert.Contains("Keepers washed", await file.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_someone_else_nothing_of_it_exists()
    {
        var (project, session, document) = await LibraryAsync();
        var task = (await _client.GetJsonAsync($"/api/v1/sessions/{session}")).GetProperty("task").GetProperty("id").GetInt64();
        var stranger = await AddPersonAsync();
        (HttpMethod Method, string Path)[] requests =
        [
            (HttpMethod.Get, $"/api/v1/projects/{project}"),
            (HttpMethod.Patch, $"/api/v1/projects/{project}"),
            (HttpMethod.Delete, $"/api/v1/projects/{project}"),
            (HttpMethod.Get, $"/api/v1/projects/{project}/sessions"),
            (HttpMethod.Post, $"/api/v1/projects/{project}/sessions"),
            (HttpMethod.Post, $"/api/v1/projects/{project}/sessions/sample"),
            (HttpMethod.Get, $"/api/v1/projects/{project}/search?q=keepers"),
            (HttpMethod.Get, $"/api/v1/sessions/{session}"),
            (HttpMethod.Delete, $"/api/v1/sessions/{session}"),
            (HttpMethod.Get, $"/api/v1/sessions/{session}/documents"),
            (HttpMethod.Post, $"/api/v1/sessions/{session}/retry"),
            (HttpMethod.Post, $"/api/v1/sessions/{session}/run"),
            (HttpMethod.Get, $"/api/v1/sessions/{session}/exports/output.csv"),
            (HttpMethod.Get, $"/api/v1/tasks/{task}"),
            (HttpMethod.Post, $"/api/v1/tasks/{task}/cancel"),
            (HttpMethod.Get, $"/api/v1/tasks/{task}/events"),
            (HttpMethod.Get, $"/api/v1/documents/{document}"),
            (HttpMethod.Delete, $"/api/v1/documents/{document}"),
            (HttpMethod.Get, $"/api/v1/documents/{document}/file"),
            (HttpMethod.Get, $"/api/v1/documents/{document}/pages/1"),
        ];

        foreach (var (method, path) in requests)
        {
            using var request = new HttpRequestMessage(method, path).As(stranger);
            request.Content = method == HttpMethod.Patch ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
            using var response = await _client.SendAsync(request, Token);
            await ApiCalls.AssertProblemAsync(response, HttpStatusCode.NotFound, "not_found");
        }

        using var list = new HttpRequestMessage(HttpMethod.Get, "/api/v1/projects").As(stranger);
        using var projects = await _client.SendAsync(list, Token);
        Assert.Empty((await ApiCalls.ReadAsync(projects, HttpStatusCode.OK)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Who_may_only_look_changes_nothing()
    {
        var (project, session, _) = await LibraryAsync();
        var viewer = await AddPersonAsync();
        await using (
            var command = fixture.Host.Database.DataSource.CreateCommand(
                $"INSERT INTO project_members VALUES ({project}, {viewer}, 1, now())"
            )
        )
        {
            await command.ExecuteNonQueryAsync(Token);
        }

        using var read = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/sessions/{session}").As(viewer);
        using var allowed = await _client.SendAsync(read, Token);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/sessions/{session}").As(viewer);
        using var refused = await _client.SendAsync(delete, Token);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        await ApiCalls.AssertProblemAsync(refused, HttpStatusCode.Forbidden, "forbidden");
    }

    private async Task<(long Project, long Session, Guid Document)> LibraryAsync()
    {
        var project = await _client.NewProjectAsync();
        var session = await _client.BringInAsync(
            project,
            ("phare d'été.pdf", ApiCalls.Pdf($"The tower of {project}.\fKeepers washed the prisms with spirit of wine each morning."))
        );
        var id = session.GetProperty("id").GetInt64();
        var documents = await _client.GetJsonAsync($"/api/v1/sessions/{id}/documents");
        return (project, id, documents.GetProperty("items")[0].GetProperty("id").GetGuid());
    }

    private async Task<long> AddPersonAsync()
    {
        await using var command = fixture.Host.Database.DataSource.CreateCommand(
            "INSERT INTO people (name, created_at) VALUES ('someone else', now()) RETURNING id"
        );
        return (long)(await command.ExecuteScalarAsync(Token))!;
    }

    private async Task<HttpStatusCode> StatusAsync(string path, EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(tag);
        using var response = await _client.SendAsync(request, Token);
        return response.StatusCode;
    }
}
