using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>The text recognition of a project over HTTP: chosen, changed, given back to the server, refused in words.</summary>
public sealed class ProjectOcrEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _host = await ApiHost.CreateAsync(postgres, ("MISTRAL_API_KEY", "simulated"), ("RAGPY_OCR", "mistral"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_project_goes_by_the_server_until_it_chooses_and_can_go_back()
    {
        var made = await _host.Client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", new { name = "ocr" });
        var path = $"/api/v1/projects/{made.GetProperty("id").GetInt64()}";
        Assert.Equal(("default", "default", "mistral"), Read(made));

        var off = await _host.Client.SendJsonAsync(HttpMethod.Patch, path, new { ocr = "none" });
        var all = await _host.Client.SendJsonAsync(HttpMethod.Patch, path, new { ocrPages = "all" });
        var back = await _host.Client.SendJsonAsync(HttpMethod.Patch, path, new { ocr = "default", ocrPages = "default" });

        Assert.Equal(("none", "default", ""), Read(off));
        Assert.Equal(("none", "all", ""), Read(all));
        Assert.Equal(("default", "default", "mistral"), Read(back));
    }

    [Fact]
    public async Task A_project_is_made_with_its_choice_and_listed_with_it()
    {
        await _host.Client.SendJsonAsync(
            HttpMethod.Post,
            "/api/v1/projects",
            new
            {
                name = "kept",
                ocr = "none",
                ocrPages = "need",
            }
        );

        var listed = (await _host.Client.GetJsonAsync("/api/v1/projects")).GetProperty("items");

        Assert.Equal(("none", "need", ""), Read(listed.EnumerateArray().Single(p => p.GetProperty("name").GetString() == "kept")));
    }

    [Theory]
    [InlineData("cupboard", null, "tesseract")]
    [InlineData(null, "some", "need")]
    [InlineData("vision", null, "OPENAI_API_KEY")]
    public async Task What_cannot_be_chosen_is_refused_in_words_and_makes_no_project(string? ocr, string? ocrPages, string expected)
    {
        using var response = await _host.Client.PostAsJsonAsync(
            "/api/v1/projects",
            new
            {
                name = "refused",
                ocr,
                ocrPages,
            },
            Token
        );

        var detail = await ApiCalls.AssertProblemAsync(response, HttpStatusCode.UnprocessableEntity, "provider_not_configured");
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("refused", (await _host.Client.GetJsonAsync("/api/v1/projects")).ToString(), StringComparison.Ordinal);
    }

    private static (string? Engine, string? Pages, string By) Read(JsonElement project) =>
        (
            project.GetProperty("ocr").GetString(),
            project.GetProperty("ocrPages").GetString(),
            string.Join(' ', project.GetProperty("ocrEngines").EnumerateArray().Select(e => e.GetString()))
        );
}
