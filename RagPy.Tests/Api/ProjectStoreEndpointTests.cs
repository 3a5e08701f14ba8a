using System.Net;
using System.Net.Http.Json;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>The store of a project over HTTP: chosen, changed, called off, refused in words.</summary>
public sealed class ProjectStoreEndpointTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly PineconeSimulator _pinecone = new() { Key = "simulated" };
    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _pinecone.StartAsync();
        _host = await ApiHost.CreateAsync(
            postgres,
            ("PINECONE_API_KEY", "simulated"),
            ("PINECONE_BASE_URL", _pinecone.Address.ToString()),
            ("PINECONE_ENV", "aws-eu-west-1")
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _pinecone.DisposeAsync();
    }

    [Fact]
    public async Task A_project_is_made_in_Pinecone_filled_searched_and_leaves_nothing_there()
    {
        var project = await _host.Client.SendJsonAsync(HttpMethod.Post, "/api/v1/projects", new { name = "remote", store = "pinecone" });
        var id = project.GetProperty("id").GetInt64();
        Assert.Equal("pinecone", project.GetProperty("store").GetString());

        await _host.Client.BringInAsync(id, ("a.pdf", ApiCalls.Pdf("The lighthouse keeper counts the ships.")));

        Assert.Single(Assert.Single(_pinecone.Indexes).Value.Contents().Values.Single());
        var found = await _host.Client.GetJsonAsync($"/api/v1/projects/{id}/search?q=lighthouse+keeper&mode=sparse");
        Assert.Equal(1, found.GetProperty("results").GetArrayLength());
        using var deleted = await _host.Client.DeleteAsync($"/api/v1/projects/{id}", Token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Empty(_pinecone.Indexes.Single().Value.Contents());
    }

    [Fact]
    public async Task A_move_is_asked_for_by_PATCH_and_called_off_by_naming_the_store_that_serves()
    {
        // Where it cannot be made, the move stays under way.
        _pinecone.Faults.Add(Fault.WithStatus(503), int.MaxValue);
        var path = $"/api/v1/projects/{await _host.Client.NewProjectAsync()}";

        var moving = await _host.Client.SendJsonAsync(HttpMethod.Patch, path, new { store = "pinecone" });
        Assert.Equal(
            ("embedded", "pinecone"),
            (
                moving.GetProperty("store").GetString(),
                moving.GetProperty("targetStore").GetString() ?? moving.GetProperty("store").GetString()
            )
        );

        var stays = await _host.Client.SendJsonAsync(HttpMethod.Patch, path, new { store = "embedded" });
        Assert.Equal(("embedded", null), (stays.GetProperty("store").GetString(), stays.GetProperty("targetStore").GetString()));
    }

    [Theory]
    [InlineData("qdrant", "QDRANT_URL")]
    [InlineData("cupboard", "pinecone, qdrant")]
    public async Task A_store_that_cannot_be_used_is_refused_when_a_project_is_made_and_when_it_is_changed(string store, string expected)
    {
        var id = await _host.Client.NewProjectAsync();

        using var made = await _host.Client.PostAsJsonAsync("/api/v1/projects", new { name = $"in {store}", store }, Token);
        using var changed = await _host.Client.PatchAsJsonAsync($"/api/v1/projects/{id}", new { store }, Token);

        foreach (var response in (HttpResponseMessage[])[made, changed])
        {
            var detail = await ApiCalls.AssertProblemAsync(response, HttpStatusCode.BadRequest, "store_not_usable");
            Assert.Contains(expected, detail, StringComparison.Ordinal);
        }

        var project = await _host.Client.GetJsonAsync($"/api/v1/projects/{id}");
        Assert.Equal("embedded", project.GetProperty("store").GetString());
    }
}
