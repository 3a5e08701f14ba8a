using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>What is done with a session after it was brought in.</summary>
public sealed class SessionEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiHost _host = null!;

    private HttpClient Client => _host.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await ApiHost.CreateAsync(postgres);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Sessions_are_listed_newest_first_with_their_numbers_in_parts()
    {
        var project = await Client.NewProjectAsync();
        var first = await Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("One.\fTwo.")), ("b.pdf", ApiCalls.Pdf("CRYPT")));
        var second = await Client.BringInAsync(project, ("c.pdf", ApiCalls.Pdf("Three.")));

        var part = await Client.GetJsonAsync($"/api/v1/projects/{project}/sessions?limit=1");
        var rest = await Client.GetJsonAsync($"/api/v1/projects/{project}/sessions?cursor={part.GetProperty("next").GetString()}");

        Assert.Equal(second.ToString(), Assert.Single(part.GetProperty("items").EnumerateArray()).ToString());
        var listed = Assert.Single(rest.GetProperty("items").EnumerateArray());
        Assert.Equal(first.ToString(), listed.ToString());
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next").ValueKind);
        var counts = listed.GetProperty("counts");
        Assert.Equal(
            (3, 2, 1, 2),
            (Number(counts, "documents"), Number(counts, "indexed"), Number(counts, "failed"), Number(counts, "pages"))
        );
        Assert.Equal("completed", listed.GetProperty("task").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Documents_are_listed_by_state_in_the_order_of_the_source()
    {
        var project = await Client.NewProjectAsync();
        var session = await Client.BringInAsync(
            project,
            ("a.pdf", ApiCalls.Pdf("One.")),
            ("b.pdf", ApiCalls.Pdf("CRYPT")),
            ("c.pdf", ApiCalls.Pdf("Three."))
        );
        var path = $"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/documents";

        var failed = Assert.Single((await Client.GetJsonAsync($"{path}?state=failed")).GetProperty("items").EnumerateArray());
        var one = await Client.GetJsonAsync($"/api/v1/documents/{failed.GetProperty("id").GetGuid()}");
        var names = new List<string?>();
        string? cursor = null;
        do
        {
            var part = await Client.GetJsonAsync($"{path}?limit=1&cursor={cursor}");
            names.AddRange(part.GetProperty("items").EnumerateArray().Select(d => d.GetProperty("file").GetString()));
            cursor = part.GetProperty("next").GetString();
        } while (cursor is not null);

        Assert.Equal(failed.ToString(), one.ToString());
        Assert.Equal(("encrypted", true), (failed.GetProperty("code").GetString(), failed.GetProperty("coveredByAbstract").GetBoolean()));
        Assert.Equal(["a.pdf", "b.pdf", "c.pdf"], names.Where(name => name!.Length > 0));
        Assert.Empty((await Client.GetJsonAsync($"{path}?state=running")).GetProperty("items").EnumerateArray());
        using var wrong = await Client.GetAsync($"{path}?state=lost", Token);
        await ApiCalls.AssertProblemAsync(wrong, HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task A_task_is_cancelled_and_the_session_run_to_its_end_later()
    {
        var project = await Client.NewProjectAsync();
        using var response = await Client.UploadAsync(project, ("a.pdf", ApiCalls.Pdf("WAIT until told.")));
        var started = await ApiCalls.ReadAsync(response, HttpStatusCode.Created);
        var task = started.GetProperty("task").GetProperty("id").GetInt64();
        await _host.Extractor.Waiting.WaitAsync(Token);

        using var cancel = await Client.PostAsync($"/api/v1/tasks/{task}/cancel", null, Token);

        Assert.Equal("cancelled", (await ApiCalls.ReadAsync(cancel, HttpStatusCode.Accepted)).GetProperty("state").GetString());
        _host.Extractor.Release();
        using var run = await Client.PostAsync(
            $"/api/v1/sessions/{started.GetProperty("session").GetProperty("id").GetInt64()}/run",
            null,
            Token
        );
        var second = await ApiCalls.ReadAsync(run, HttpStatusCode.Accepted);
        var end = await Client.WaitAsync(second.GetProperty("id").GetInt64());
        Assert.Equal(("completed", 1), (end.GetProperty("state").GetString(), Number(end, "done")));
    }

    [Fact]
    public async Task What_failed_for_good_is_taken_up_again_when_asked()
    {
        var project = await Client.NewProjectAsync();
        _host.Extractor.Errors.Enqueue(
            new RagPy.Core.Pipeline.DocumentFailedException(RagPy.Core.Pipeline.FailureCode.Corrupt, "The file cannot be parsed.")
        );
        var session = await Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("THROW once.")));
        Assert.Equal(1, Number(session.GetProperty("counts"), "failed"));

        using var retry = await Client.PostAsync($"/api/v1/sessions/{session.GetProperty("id").GetInt64()}/retry", null, Token);
        var end = await Client.WaitAsync((await ApiCalls.ReadAsync(retry, HttpStatusCode.Accepted)).GetProperty("id").GetInt64());

        Assert.Equal((1, 0), (Number(end, "done"), Number(end, "failed")));
    }

    [Fact]
    public async Task A_document_and_a_session_are_deleted_with_what_belongs_to_them()
    {
        var project = await Client.NewProjectAsync();
        var session = await Client.BringInAsync(project, ("a.pdf", ApiCalls.Pdf("Granite.")), ("b.pdf", ApiCalls.Pdf("Basalt.")));
        var path = $"/api/v1/sessions/{session.GetProperty("id").GetInt64()}";
        var document = (await Client.GetJsonAsync($"{path}/documents")).GetProperty("items")[0].GetProperty("id").GetGuid();

        using var first = await Client.DeleteAsync($"/api/v1/documents/{document}", Token);
        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(1, Number((await Client.GetJsonAsync(path)).GetProperty("counts"), "documents"));
        using var second = await Client.DeleteAsync(path, Token);
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
        using var gone = await Client.GetAsync(path, Token);
        await ApiCalls.AssertProblemAsync(gone, HttpStatusCode.NotFound, "not_found");
        Assert.Empty(_host.Files());
        Assert.Empty((await Client.GetJsonAsync($"/api/v1/projects/{project}/search?q=granite")).GetProperty("results").EnumerateArray());
    }

    [Fact]
    public async Task A_request_sent_twice_with_one_key_is_carried_out_once()
    {
        var body = new { name = "once" };
        using var first = await SendAsync("key-1", body);
        using var again = await SendAsync("key-1", body);
        using var other = await SendAsync("key-1", new { name = "something else" });
        using var refused = await SendAsync("key-2", body);
        using var retried = await SendAsync("key-2", new { name = "once more" });

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(await first.Content.ReadAsStringAsync(Token), await again.Content.ReadAsStringAsync(Token));
        Assert.True(again.Headers.Contains("Idempotency-Replayed"));
        await ApiCalls.AssertProblemAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        await ApiCalls.AssertProblemAsync(refused, HttpStatusCode.Conflict, "name_taken");
        Assert.Equal(HttpStatusCode.Created, retried.StatusCode);
    }

    [Fact]
    public async Task Of_two_requests_with_one_key_at_once_one_is_told_to_wait()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync("key-3", new { name = "at once" })));

        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.All(answers, a => Assert.Contains(a.StatusCode, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Conflict]));
        var projects = (await Client.GetJsonAsync("/api/v1/projects?limit=200")).GetProperty("items").EnumerateArray();
        Assert.Single(projects, p => p.GetProperty("name").GetString() == "at once");
    }

    [Fact]
    public async Task An_upload_sent_again_with_its_key_is_answered_without_being_read()
    {
        var project = await Client.NewProjectAsync();
        async Task<HttpResponseMessage> UploadAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/projects/{project}/sessions");
            request.Content = ApiCalls.Form(("a.pdf", ApiCalls.Pdf("One.")));
            request.Headers.Add("Idempotency-Key", "upload");
            return await Client.SendAsync(request, Token);
        }

        using var first = await UploadAsync();
        using var again = await UploadAsync();

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Token), await again.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task As_many_sessions_as_may_be_are_in_work_at_once()
    {
        await using var host = await ApiHost.CreateAsync(postgres, ("MAX_ACTIVE_SESSIONS", "1"));
        var project = await host.Client.NewProjectAsync();
        using var first = await host.Client.UploadAsync(project, ("a.pdf", ApiCalls.Pdf("WAIT until told.")));
        var task = (await ApiCalls.ReadAsync(first, HttpStatusCode.Created)).GetProperty("task").GetProperty("id").GetInt64();
        await host.Extractor.Waiting.WaitAsync(Token);

        using var second = await host.Client.UploadAsync(project, ("b.pdf", ApiCalls.Pdf("Two.")));

        await ApiCalls.AssertProblemAsync(second, HttpStatusCode.TooManyRequests, "too_many_sessions");
        Assert.NotNull(second.Headers.RetryAfter);
        host.Extractor.Release();
        await host.Client.WaitAsync(task);
        using var third = await host.Client.UploadAsync(project, ("b.pdf", ApiCalls.Pdf("Two.")));
        Assert.Equal(HttpStatusCode.Created, third.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/projects") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        return await Client.SendAsync(request, Token);
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
