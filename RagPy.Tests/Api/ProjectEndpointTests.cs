using System.Net;
using System.Net.Http.Json;
using System.Text;
using Xunit;

namespace RagPy.Tests.Api;

public sealed class ProjectEndpointTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly HttpClient _client = fixture.Host.Client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_project_is_made_read_renamed_listed_and_deleted()
    {
        using var created = await _client.PostAsJsonAsync("/api/v1/projects", new { name = "  Thèse  ", description = "Phares" }, Token);
        var project = await ApiCalls.ReadAsync(created, HttpStatusCode.Created);
        var path = created.Headers.Location!.ToString();
        Assert.Equal($"/api/v1/projects/{project.GetProperty("id").GetInt64()}", path);
        Assert.Equal("Thèse", project.GetProperty("name").GetString());
        Assert.Equal("owner", project.GetProperty("role").GetString());
        Assert.True(project.GetProperty("approximate").GetBoolean());

        var renamed = await _client.SendJsonAsync(HttpMethod.Patch, path, new { name = "Thèse de 2026" });
        Assert.Equal(
            ("Thèse de 2026", "Phares"),
            (renamed.GetProperty("name").GetString(), renamed.GetProperty("description").GetString())
        );
        Assert.Equal(renamed.ToString(), (await _client.GetJsonAsync(path)).ToString());

        using var deleted = await _client.DeleteAsync(path, Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await _client.GetAsync(path, Token);
        await ApiCalls.AssertProblemAsync(gone, HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Lists_come_in_parts_that_hold_everything_once()
    {
        foreach (var name in (string[])["list a", "list b", "list c", "list d", "list e"])
        {
            await _client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", new { name });
        }

        var names = new List<string>();
        string? cursor = null;
        do
        {
            var part = await _client.GetJsonAsync($"/api/v1/projects?limit=2&cursor={cursor}");
            Assert.InRange(part.GetProperty("items").GetArrayLength(), 1, 2);
            names.AddRange(part.GetProperty("items").EnumerateArray().Select(p => p.GetProperty("name").GetString()!));
            cursor = part.GetProperty("next").GetString();
        } while (cursor is not null);

        Assert.Equal(["list a", "list b", "list c", "list d", "list e"], names.Where(n => n.StartsWith("list ", StringComparison.Ordinal)));
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        await _client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", new { name = "taken" });

        using var response = await _client.PostAsJsonAsync("/api/v1/projects", new { name = "taken" }, Token);

        Assert.Contains(
            "taken",
            await ApiCalls.AssertProblemAsync(response, HttpStatusCode.Conflict, "name_taken"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":null}""")]
    [InlineData("""{}""")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":"a" """)]
    [InlineData("")]
    [InlineData("null")]
    public async Task A_body_that_is_not_understood_is_refused_in_words(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync("/api/v1/projects", content, Token);

        await ApiCalls.AssertProblemAsync(response, HttpStatusCode.BadRequest, "bad_request");
    }

    [Theory]
    [InlineData("GET", "/api/v1/projects/999999", 404, "not_found")]
    [InlineData("GET", "/api/v1/projects/abc", 404, "not_found")]
    [InlineData("GET", "/api/v1/projects/99999999999999999999", 404, "not_found")]
    [InlineData("GET", "/api/v1/nothing", 404, "not_found")]
    [InlineData("DELETE", "/api/v1/projects", 405, "method_not_allowed")]
    [InlineData("GET", "/api/v1/projects?limit=0", 400, "bad_request")]
    [InlineData("GET", "/api/v1/projects?limit=201", 400, "bad_request")]
    [InlineData("GET", "/api/v1/projects?limit=many", 400, "bad_request")]
    [InlineData("GET", "/api/v1/projects?cursor=nonsense", 400, "bad_cursor")]
    [InlineData("GET", "/api/v1/projects?cursor=%2b", 400, "bad_cursor")]
    public async Task What_is_wrong_is_a_problem_with_a_code(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await _client.SendAsync(request, Token);

        await ApiCalls.AssertProblemAsync(response, (HttpStatusCode)status, code);
    }
}
