using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RagPy.Api.Http;
using RagPy.Core.Settings;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>What is answered when more is asked than can be, or the database is away.</summary>
public sealed class LimitTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_requests_than_can_wait_are_sent_away_and_probes_are_not()
    {
        await using var host = await ApiHost.CreateAsync(
            postgres,
            ("UVICORN_WORKERS", "2"),
            ("UVICORN_LIMIT_CONCURRENCY", "1"),
            ("UVICORN_BACKLOG", "3")
        );
        var answers = new List<Task<HttpResponseMessage>>();
        await using (var connection = await host.Database.DataSource.OpenConnectionAsync(Token))
        await using (var blocking = await connection.BeginTransactionAsync(Token))
        {
            await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE projects", connection))
            {
                await command.ExecuteNonQueryAsync(Token);
            }

            for (var i = 0; i < 8; i++)
            {
                answers.Add(host.Client.GetAsync("/api/v1/projects", Token));
            }

            for (var i = 0; i < 3; i++)
            {
                var rejected = await Task.WhenAny(answers);
                answers.Remove(rejected);
                using var response = await rejected;
                await ApiCalls.AssertProblemAsync(response, HttpStatusCode.ServiceUnavailable, "overloaded");
                Assert.NotNull(response.Headers.RetryAfter);
            }

            using var probe = await host.Client.GetAsync("/alive", Token);
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        }

        foreach (var response in await Task.WhenAll(answers))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Event_streams_have_a_limit_of_their_own_and_take_nothing_from_other_requests()
    {
        await using var host = await ApiHost.CreateAsync(
            postgres,
            ("RAGPY_STREAM_LIMIT", "2"),
            ("UVICORN_WORKERS", "1"),
            ("UVICORN_LIMIT_CONCURRENCY", "1"),
            ("UVICORN_BACKLOG", "0")
        );
        var project = await host.Client.NewProjectAsync();
        using var uploaded = await host.Client.UploadAsync(project, ("a.pdf", ApiCalls.Pdf("WAIT until told.")));
        var started = await ApiCalls.ReadAsync(uploaded, HttpStatusCode.Created);
        var task = started.GetProperty("task").GetProperty("id").GetInt64();
        await using var first = await EventReader.OpenAsync(host.Client, task);
        await using var second = await EventReader.OpenAsync(host.Client, task);

        using (var third = await host.Client.GetAsync($"/api/v1/tasks/{task}/events", HttpCompletionOption.ResponseHeadersRead, Token))
        {
            await ApiCalls.AssertProblemAsync(third, HttpStatusCode.ServiceUnavailable, "overloaded");
            Assert.NotNull(third.Headers.RetryAfter);
        }

        Assert.Equal(task, (await host.Client.GetJsonAsync($"/api/v1/tasks/{task}")).GetProperty("id").GetInt64());
        host.Extractor.Release();
    }

    [Fact]
    public async Task Without_its_database_the_service_says_so_and_is_not_ready()
    {
        await using var host = await ApiHost.CreateWithoutDatabaseAsync(postgres);

        using var response = await host.Client.GetAsync("/api/v1/projects", Token);
        using var original = await host.Client.GetAsync("/api/pipeline/projects/1/sessions", Token);
        using var health = await host.Client.GetAsync("/health", Token);
        using var alive = await host.Client.GetAsync("/alive", Token);

        await ApiCalls.AssertProblemAsync(response, HttpStatusCode.ServiceUnavailable, "database_unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.NotEmpty((await ApiCalls.ReadAsync(original, HttpStatusCode.ServiceUnavailable)).GetProperty("detail").GetString()!);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public void Connections_stay_open_as_long_as_the_setting_says()
    {
        var kestrel = new KestrelServerOptions();

        KestrelSettings.Apply(kestrel, new RagPySettings());

        Assert.Equal(TimeSpan.FromSeconds(120), kestrel.Limits.KeepAliveTimeout);
        Assert.False(kestrel.AddServerHeader);
    }
}
