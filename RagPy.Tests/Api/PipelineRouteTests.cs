using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>The routes of the original and of its load plan.</summary>
public sealed class PipelineRouteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_is_made_as_often_as_a_load_test_wants_it()
    {
        var first = await MakeProjectAsync("Load Test 1");
        var second = await MakeProjectAsync("Load Test 1");

        Assert.Equal("Load Test 1", first.GetProperty("name").GetString());
        Assert.Equal("owner", first.GetProperty("user_role").GetString());
        Assert.False(first.GetProperty("is_archived").GetBoolean());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$", first.GetProperty("created_at").GetString());
        Assert.NotEqual(first.GetProperty("id").GetInt64(), second.GetProperty("id").GetInt64());
    }

    [Theory]
    [InlineData("""{}""", "missing", "name")]
    [InlineData("""{"name":""}""", "string_too_short", "name")]
    [InlineData("""{"name":3}""", "string_type", "name")]
    [InlineData("""[1]""", "model_attributes_type", null)]
    [InlineData("""{""", "json_invalid", null)]
    public async Task What_is_wrong_with_a_body_is_said_as_the_original_says_it(string body, string type, string? field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("/api/pipeline/projects/", content, Token);

        var detail = Assert.Single(
            (await ApiCalls.ReadAsync(response, HttpStatusCode.UnprocessableEntity)).GetProperty("detail").EnumerateArray()
        );
        Assert.Equal(type, detail.GetProperty("type").GetString());
        Assert.Equal(field is null ? ["body"] : ["body", field], detail.GetProperty("loc").EnumerateArray().Select(l => l.GetString()!));
    }

    [Fact]
    public async Task An_archive_is_uploaded_processed_and_its_job_polled_to_success()
    {
        var project = (await MakeProjectAsync("upload")).GetProperty("id").GetInt64();
        using var upload = await _client.PostAsync(
            $"/api/pipeline/projects/{project}/upload_zip",
            ApiCalls.Form(("Phares.zip", Zip())),
            Token
        );
        var uploaded = await ApiCalls.ReadAsync(upload, HttpStatusCode.OK);

        Assert.Matches("^[0-9a-f]{8}_Phares/papers$", uploaded.GetProperty("path").GetString());
        Assert.Equal(
            ["papers/", "papers/a.pdf", "papers/b.pdf"],
            uploaded.GetProperty("tree").EnumerateArray().Select(t => t.GetString()!)
        );
        Assert.Equal(project, uploaded.GetProperty("project_id").GetInt64());
        var path = uploaded.GetProperty("path").GetString();
        using var process = await _client.PostAsJsonAsync(
            "/api/pipeline/process_dataframe",
            new { path, session_id = uploaded.GetProperty("session_id").GetInt64() },
            Token
        );
        var job = await ApiCalls.ReadAsync(process, HttpStatusCode.OK);
        Assert.Equal("queued", job.GetProperty("status").GetString());
        var status = await PollAsync(job.GetProperty("task_id").GetString()!);
        Assert.Equal("SUCCESS", status.GetProperty("state").GetString());
        Assert.Equal(2, status.GetProperty("result").GetProperty("row_count").GetInt32());
        Assert.Equal(100, status.GetProperty("progress").GetInt32());

        var listed = await _client.GetJsonAsync($"/api/pipeline/projects/{project}/sessions");
        Assert.Equal(
            (1, 1, 10, 1),
            (
                listed.GetProperty("total").GetInt32(),
                listed.GetProperty("page").GetInt32(),
                listed.GetProperty("per_page").GetInt32(),
                listed.GetProperty("pages").GetInt32()
            )
        );
        var session = Assert.Single(listed.GetProperty("sessions").EnumerateArray());
        Assert.Equal(
            ("completed", "zip", 2),
            (
                session.GetProperty("status").GetString(),
                session.GetProperty("source_type").GetString(),
                session.GetProperty("row_count").GetInt32()
            )
        );
        Assert.StartsWith(session.GetProperty("session_folder").GetString()!, path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query")]
    [InlineData("form")]
    [InlineData("json")]
    public async Task A_job_is_asked_for_by_path_alone_however_it_is_sent(string how)
    {
        using var upload = await _client.PostAsync("/api/pipeline/upload_zip", ApiCalls.Form(("x.zip", Zip())), Token);
        var path = (await ApiCalls.ReadAsync(upload, HttpStatusCode.OK)).GetProperty("path").GetString()!;
        const string route = "/api/pipeline/process_dataframe";

        using var response = how switch
        {
            "query" => await _client.PostAsync($"{route}?path={Uri.EscapeDataString(path)}", null, Token),
            "form" => await _client.PostAsync(route, new FormUrlEncodedContent([new("path", path)]), Token),
            _ => await _client.PostAsJsonAsync(route, new { path }, Token),
        };

        Assert.NotEmpty((await ApiCalls.ReadAsync(response, HttpStatusCode.OK)).GetProperty("task_id").GetString()!);
    }

    [Fact]
    public async Task Empty_sessions_are_made_at_once_and_listed_by_pages()
    {
        var project = (await MakeProjectAsync("sessions")).GetProperty("id").GetInt64();
        var route = $"/api/pipeline/projects/{project}/sessions";

        var made = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    i == 0
                        ? _client.PostAsync(route, null, Token)
                        : _client.PostAsJsonAsync(route, new { name = $"Session {i}", ttl_hours = 0.01 }, Token)
                )
        );

        Assert.All(made, response => Assert.Equal(HttpStatusCode.Created, response.StatusCode));
        var second = await _client.GetJsonAsync($"{route}?page=2&per_page=5");
        Assert.Equal(
            (12, 3, 5),
            (
                second.GetProperty("total").GetInt32(),
                second.GetProperty("pages").GetInt32(),
                second.GetProperty("sessions").GetArrayLength()
            )
        );
        var session = second.GetProperty("sessions")[0];
        Assert.Equal("created", session.GetProperty("status").GetString());
        using var run = await _client.PostAsJsonAsync(
            "/api/pipeline/process_dataframe",
            new { session_id = session.GetProperty("id").GetInt64() },
            Token
        );
        Assert.Contains(
            "brought into",
            (await ApiCalls.ReadAsync(run, HttpStatusCode.Conflict)).GetProperty("error").GetString(),
            StringComparison.Ordinal
        );
        using var wrong = await _client.GetAsync($"{route}?per_page=101", Token);
        Assert.Equal(
            "less_than_equal",
            (await ApiCalls.ReadAsync(wrong, HttpStatusCode.UnprocessableEntity)).GetProperty("detail")[0].GetProperty("type").GetString()
        );
    }

    [Fact]
    public async Task Errors_have_the_shape_of_their_route()
    {
        var project = (await MakeProjectAsync("errors")).GetProperty("id").GetInt64();
        using var badZip = await _client.PostAsync(
            $"/api/pipeline/projects/{project}/upload_zip",
            ApiCalls.Form(("a.zip", "PK\u0003\u0004junk"u8.ToArray())),
            Token
        );
        using var openBadZip = await _client.PostAsync("/api/pipeline/upload_zip", ApiCalls.Form(("a.zip", "junk"u8.ToArray())), Token);
        using var noProject = await _client.GetAsync("/api/pipeline/projects/999999/sessions", Token);
        using var noTask = await _client.GetAsync("/api/pipeline/task/abc-123-def/status", Token);
        using var noSession = await _client.PostAsJsonAsync(
            "/api/pipeline/process_dataframe",
            new { path = "test_session", session_id = 999999 },
            Token
        );

        Assert.NotEmpty((await ApiCalls.ReadAsync(badZip, HttpStatusCode.BadRequest)).GetProperty("detail").GetString()!);
        Assert.NotEmpty((await ApiCalls.ReadAsync(openBadZip, HttpStatusCode.BadRequest)).GetProperty("error").GetString()!);
        Assert.NotEmpty((await ApiCalls.ReadAsync(noProject, HttpStatusCode.NotFound)).GetProperty("detail").GetString()!);
        Assert.NotEmpty((await ApiCalls.ReadAsync(noTask, HttpStatusCode.NotFound)).GetProperty("detail").GetString()!);
        Assert.NotEmpty((await ApiCalls.ReadAsync(noSession, HttpStatusCode.NotFound)).GetProperty("error").GetString()!);
    }

    private async Task<JsonElement> MakeProjectAsync(string name)
    {
        using var response = await _client.PostAsJsonAsync(
            "/api/pipeline/projects/",
            new { name, description = "Automated load test" },
            Token
        );
        return await ApiCalls.ReadAsync(response, HttpStatusCode.Created);
    }

    private async Task<JsonElement> PollAsync(string task)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var status = await _client.GetJsonAsync($"/api/pipeline/task/{task}/status");
            if (status.GetProperty("state").GetString() is not ("PENDING" or "PROGRESS"))
            {
                return status;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private static byte[] Zip()
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in (string[])["papers/a.pdf", "papers/b.pdf"])
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(ApiCalls.Pdf($"Text of {name}."));
            }
        }

        return bytes.ToArray();
    }
}
