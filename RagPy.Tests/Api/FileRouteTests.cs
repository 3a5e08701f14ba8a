using System.Net;
using System.Text;
using System.Text.Json;
using RagPy.Tests.Sources;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Chunk files, estimates and spending over HTTP.</summary>
public sealed class FileRouteTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await ApiHost.CreateAsync(postgres, ("RAGPY_SPENDING_CAP_PERSON", "7.5"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_chunk_file_is_brought_in_with_notes_found_without_a_page_and_exported_again()
    {
        var project = await _host.Client.NewProjectAsync();
        var file = new ChunkFile()
            .Document("1", "AAAA1111", "a.pdf", ["The keeper trims the wick.", "Granite blocks, dovetailed."], _ => [0.6f, 0.8f])
            .Entry("7");

        var session = await _host.Client.BringInAsync(project, ("anything.json", file.Bytes));

        Assert.Equal("chunks", session.GetProperty("kind").GetString());
        Assert.Equal(1, session.GetProperty("counts").GetProperty("indexed").GetInt32());
        Assert.Equal(1, session.GetProperty("counts").GetProperty("failed").GetInt32());
        var task = await _host.Client.GetJsonAsync($"/api/v1/tasks/{session.GetProperty("task").GetProperty("id").GetInt64()}");
        Assert.Contains(
            task.GetProperty("notes").EnumerateArray(),
            n => n.GetString()!.Contains("does not say which model", StringComparison.Ordinal)
        );
        Assert.Contains("Entry 3 of the file", task.GetProperty("failures")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);

        var found = await _host.Client.GetJsonAsync($"/api/v1/projects/{project}/search?q=granite");
        var result = found.GetProperty("results")[0];
        Assert.Equal("Granite blocks, dovetailed.", result.GetProperty("passage").GetString());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("page").ValueKind);

        var id = session.GetProperty("id").GetInt64();
        var export = await _host.Client.GetJsonAsync($"/api/v1/sessions/{id}/exports/output_chunks.json");
        Assert.Equal(
            ["The keeper trims the wick.", "Granite blocks, dovetailed."],
            export.EnumerateArray().Select(c => c.GetProperty("text").GetString())
        );

        var estimate = await _host.Client.GetJsonAsync($"/api/v1/sessions/{id}/estimate");
        Assert.Equal((2, 1, 1), (Number(estimate, "documents"), Number(estimate, "done"), Number(estimate, "unusable")));
        Assert.Equal(0, estimate.GetProperty("cost").GetProperty("high").GetDecimal());
    }

    [Fact]
    public async Task What_names_no_model_is_refused_and_so_is_the_estimate_of_somebody_elses_session()
    {
        var project = await _host.Client.NewProjectAsync();
        using var form = ApiCalls.Form(("x.json", new ChunkFile().Document("1", "", "a.pdf", ["One."]).Bytes));
        form.Add(new StringContent("no model at all", Encoding.UTF8), "vectors_of");

        using var answer = await _host.Client.PostAsync($"/api/v1/projects/{project}/sessions", form, Token);
        using var missing = await _host.Client.GetAsync("/api/v1/sessions/987654/estimate", Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("names no embedding model", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task The_cap_of_a_person_is_shown_with_what_was_spent()
    {
        var project = await _host.Client.NewProjectAsync();
        var session = await _host.Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("One text.")));

        var mine = await _host.Client.GetJsonAsync("/api/v1/spending");
        var ofSession = await _host.Client.GetJsonAsync($"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/spending");
        using var wrong = await _host.Client.GetAsync("/api/v1/spending?months=0", Token);

        Assert.Equal((7.5m, 0m), (mine.GetProperty("cap").GetDecimal(), mine.GetProperty("spent").GetDecimal()));
        Assert.Equal(7.5m, ofSession.GetProperty("person").GetProperty("cap").GetDecimal());
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Where_embedding_costs_money_an_upload_waits_with_its_estimate_until_it_is_started()
    {
        await using var paid = await ApiHost.CreateAsync(
            postgres,
            ("RAGPY_EMBEDDER", "openai/text-embedding-3-large"),
            ("OPENAI_API_KEY", "sk-never-used"),
            ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        );
        var project = await paid.Client.NewProjectAsync();
        using var form = ApiCalls.Form(("t.csv", "title,text\nT,Some words of a text.\n"u8.ToArray()));
        form.Add(new StringContent("if-free"), "start");

        using var answer = await paid.Client.PostAsync($"/api/v1/projects/{project}/sessions", form, Token);
        var started = await ApiCalls.ReadAsync(answer, HttpStatusCode.Created);
        var id = started.GetProperty("session").GetProperty("id").GetInt64();
        var estimate = await paid.Client.GetJsonAsync($"/api/v1/sessions/{id}/estimate");
        var page = await paid.Client.GetStringAsync($"/projects/{project}", Token);
        var free = await _host.Client.NewProjectAsync();
        using var same = ApiCalls.Form(("t.csv", "title,text\nT,Some words of a text.\n"u8.ToArray()));
        same.Add(new StringContent("if-free"), "start");
        using var atOnce = await _host.Client.PostAsync($"/api/v1/projects/{free}/sessions", same, Token);

        Assert.Equal(JsonValueKind.Null, started.GetProperty("task").ValueKind);
        Assert.Equal("created", started.GetProperty("session").GetProperty("state").GetString());
        Assert.True(estimate.GetProperty("cost").GetProperty("high").GetDecimal() > 0);
        Assert.Contains($"data-estimate=\"{id}\"", page, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, (await ApiCalls.ReadAsync(atOnce, HttpStatusCode.Created)).GetProperty("task").ValueKind);
        var run = await paid.Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/sessions/{id}/run", body: null);
        Assert.Equal(id, run.GetProperty("sessionId").GetInt64());
    }

    [Fact]
    public async Task The_originals_route_takes_a_csv_and_nothing_else()
    {
        var project = await _host.Client.NewProjectAsync();
        var route = $"/api/pipeline/projects/{project}/upload_csv";

        using var answer = await _host.Client.PostAsync(
            route,
            ApiCalls.Form(("Texts.csv", "title,text\nT,Some words.\n"u8.ToArray())),
            Token
        );
        using var refused = await _host.Client.PostAsync(route, ApiCalls.Form(("a.pdf", ApiCalls.Pdf("One text."))), Token);

        var uploaded = await ApiCalls.ReadAsync(answer, HttpStatusCode.OK);
        Assert.Matches("^[0-9a-f]{8}_Texts$", uploaded.GetProperty("path").GetString());
        Assert.Equal(["output.csv"], uploaded.GetProperty("tree").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(project, uploaded.GetProperty("project_id").GetInt64());
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.NotEmpty((await ApiCalls.ReadAsync(refused, HttpStatusCode.BadRequest)).GetProperty("detail").GetString()!);
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
