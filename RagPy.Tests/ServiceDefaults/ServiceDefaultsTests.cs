using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using OpenTelemetry;
using OpenTelemetry.Trace;
using RagPy.ServiceDefaults;
using Xunit;

namespace RagPy.Tests.ServiceDefaults;

public sealed class ServiceDefaultsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task A_healthy_service_says_so_and_nothing_else(string path)
    {
        await using var app = await StartAsync(_ => { });

        Assert.Equal("""{"status":"healthy"}""", await app.GetTestClient().GetStringAsync(path, Token));
    }

    [Fact]
    public async Task Something_that_can_be_missed_degrades_but_stays_ready()
    {
        await using var app = await StartAsync(builder =>
            builder.Services.AddHealthChecks().AddCheck("cache", () => HealthCheckResult.Degraded("Redis does not answer."))
        );

        var (code, body) = await GetAsync(app, "/health");

        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("degraded", body.GetProperty("status").GetString());
        Assert.Equal("Redis does not answer.", body.GetProperty("checks").GetProperty("cache").GetString());
    }

    [Fact]
    public async Task A_missing_database_makes_the_service_unready_but_leaves_it_alive()
    {
        await using var app = await StartAsync(builder =>
            builder.Services.AddHealthChecks().AddCheck("db", () => HealthCheckResult.Unhealthy("The database does not answer."))
        );

        var (code, body) = await GetAsync(app, "/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, code);
        Assert.Equal("unhealthy", body.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, "/alive")).Code);
    }

    [Fact]
    public async Task That_a_starting_service_is_not_ready_is_no_error_and_changes_are_told_once()
    {
        using var lines = new FakeLoggerProvider();
        var state = HealthCheckResult.Unhealthy("The database is being brought up to date.");
        var time = new SteppedTime();
        await using var app = await StartAsync(builder =>
        {
            builder.Logging.AddProvider(lines);
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddHealthChecks().AddCheck("migrations", () => state);
        });

        await AskTwiceAsync();
        state = HealthCheckResult.Healthy();
        await AskTwiceAsync();
        state = HealthCheckResult.Unhealthy("The database does not answer.");
        await AskTwiceAsync();

        Assert.Equal(
            [
                "Information: Not ready yet: migrations: The database is being brought up to date.",
                "Information: Ready.",
                "Error: Not ready any more: migrations: The database does not answer.",
            ],
            Of("ReadinessLog")
        );
        Assert.Empty(Of("HealthCheckService"));

        IEnumerable<string> Of(string category) =>
            from record in lines.Collector.GetSnapshot()
            where record.Category?.Contains(category, StringComparison.Ordinal) == true
            select $"{record.Level}: {record.Message}";

        async Task AskTwiceAsync()
        {
            for (var i = 0; i < 2; i++)
            {
                time.Now += TimeSpan.FromSeconds(2);
                await GetAsync(app, "/health");
            }
        }
    }

    [Fact]
    public async Task Many_probes_at_once_ask_the_dependencies_once()
    {
        var runs = 0;
        var gate = new TaskCompletionSource();
        await using var app = await StartAsync(builder =>
            builder
                .Services.AddHealthChecks()
                .AddAsyncCheck(
                    "slow",
                    async () =>
                    {
                        Interlocked.Increment(ref runs);
                        await gate.Task;
                        return HealthCheckResult.Healthy();
                    }
                )
        );

        var client = app.GetTestClient();
        var probes = Enumerable.Range(0, 50).Select(_ => client.GetAsync("/health", Token)).ToList();
        gate.SetResult();
        var answers = await Task.WhenAll(probes);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Our_sources_and_requests_are_traced_and_probes_are_not()
    {
        using var source = new ActivitySource("RagPy.SomeStage");
        var seen = new Collector();
        await using (
            var app = await StartAsync(
                builder => builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(seen)),
                app =>
                    app.MapGet(
                        "/work",
                        () =>
                        {
                            using var activity = source.StartActivity("stage");
                            return "done";
                        }
                    )
            )
        )
        {
            await app.GetTestClient().GetStringAsync("/work", Token);
            await app.GetTestClient().GetStringAsync("/health", Token);
            await app.GetTestClient().GetStringAsync("/alive", Token);
        }

        // Other tests may trace at the same time: only what this one did is looked at.
        var stage = Assert.Single(seen.Ended, activity => activity.OperationName == "stage");
        Assert.Equal("GET /work", Assert.Single(seen.Ended, activity => activity.SpanId == stage.ParentSpanId).DisplayName);
        Assert.DoesNotContain(seen.Ended, activity => activity.DisplayName is "GET /health" or "GET /alive");
    }

    [Fact]
    public void A_worker_without_a_web_server_can_have_the_defaults_too()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddServiceDefaults();
        using var host = builder.Build();

        Assert.NotNull(host.Services.GetService<TracerProvider>());
        Assert.NotNull(host.Services.GetService<HealthCheckService>());
        Assert.NotNull(host.Services.GetService<IHttpClientFactory>());
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.AddServiceDefaults();
        configure(builder);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        map?.Invoke(app);
        await app.StartAsync(Token);

        return app;
    }

    private static async Task<(HttpStatusCode Code, JsonElement Body)> GetAsync(WebApplication app, string path)
    {
        using var answer = await app.GetTestClient().GetAsync(path, Token);

        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Token));
    }

    private sealed class Collector : BaseProcessor<Activity>
    {
        public ConcurrentQueue<Activity> Ended { get; } = new();

        public override void OnEnd(Activity data) => Ended.Enqueue(data);
    }

    /// <summary>A clock that goes when it is told to.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long GetTimestamp() => Now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
