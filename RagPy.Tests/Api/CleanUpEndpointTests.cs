using System.Net;
using System.Net.Http.Json;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>The clean-up of a project over HTTP: chosen, counted, left, refused in words. The simulated model takes the word NOISE out.</summary>
public sealed class CleanUpEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Model = "openai/gpt-4o-mini";

    private readonly OpenAISimulator _simulator = new();
    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _simulator.Chat.Reply = request => new SimulatedReply(
            SimulatedChat.PassageIn(request).Replace(" NOISE", "", StringComparison.Ordinal)
        );
        await _simulator.StartAsync();
        _host = await ApiHost.CreateAsync(
            postgres,
            ("OPENAI_API_KEY", OpenAISimulator.Key),
            ("OPENAI_BASE_URL", $"{_simulator.Address}v1")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task It_is_chosen_when_a_project_is_made_counted_for_a_session_and_left_by_PATCH()
    {
        var body = new { name = "cleaned", cleanUp = "gpt-4o-mini" };
        var project = await _host.Client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", body);
        Assert.Equal(Model, project.GetProperty("cleanUp").GetString());
        var id = project.GetProperty("id").GetInt64();
        var session = await _host.Client.BringInAsync(
            id,
            ("a.pdf", ApiCalls.Pdf("The keeper NOISE trims the lamp.")),
            ("b.pdf", ApiCalls.Pdf("The ships pass by."))
        );
        var path = $"/api/v1/sessions/{session.GetProperty("id").GetInt64()}";

        Assert.Equal((1, 1, 0), await CountsAsync(path));

        var left = await _host.Client.SendJsonAsync(HttpMethod.Patch, $"/api/v1/projects/{id}", new { cleanUp = "none" });
        Assert.Equal("none", left.GetProperty("cleanUp").GetString());
        var again = (await _host.Client.GetJsonAsync(path)).GetProperty("task").GetProperty("id").GetInt64();
        await _host.Client.WaitAsync(again);
        Assert.Equal((0, 0, 0), await CountsAsync(path));
    }

    [Fact]
    public async Task A_model_that_cannot_be_used_is_refused_when_a_project_is_made_and_when_it_is_changed()
    {
        var id = await _host.Client.NewProjectAsync();

        using var made = await _host.Client.PostAsJsonAsync("/api/v1/projects", new { name = "refused", cleanUp = "mistral/small" }, Token);
        using var changed = await _host.Client.PatchAsJsonAsync($"/api/v1/projects/{id}", new { cleanUp = "mistral/small" }, Token);

        foreach (var response in (HttpResponseMessage[])[made, changed])
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            Assert.Contains("MISTRAL_API_KEY", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        Assert.Equal("none", (await _host.Client.GetJsonAsync($"/api/v1/projects/{id}")).GetProperty("cleanUp").GetString());
    }

    private async Task<(int Cleaned, int Unchanged, int Failed)> CountsAsync(string session)
    {
        var counts = await _host.Client.GetJsonAsync($"{session}/cleanup");
        return (
            counts.GetProperty("cleaned").GetInt32(),
            counts.GetProperty("unchanged").GetInt32(),
            counts.GetProperty("failed").GetInt32()
        );
    }
}
