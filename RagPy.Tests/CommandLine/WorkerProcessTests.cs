using System.Diagnostics;
using System.Net;
using System.Text.Json;
using RagPy.LocalServices;
using RagPy.Tests.LocalServices;
using Xunit;

namespace RagPy.Tests.CommandLine;

/// <summary>The worker as an orchestrator runs it.</summary>
public sealed class WorkerProcessTests(PostgresFixture postgres)
{
    private const int SignalTerminate = 15;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_answers_probes_works_without_redis_and_stops_in_order()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        ragpy.Environment["ASPNETCORE_URLS"] = address;
        ragpy.Environment["ConnectionStrings__redis"] = $"127.0.0.1:{LoopbackPort.Free()},connectTimeout=500";
        using var worker = ragpy.Start();
        var said = ReadAsync(worker);
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        await Eventually.TrueAsync(async () => await CodeAsync(client, "/health") == HttpStatusCode.OK);
        var health = JsonDocument.Parse(await client.GetStringAsync("/health", Token)).RootElement;
        Assert.Equal("degraded", health.GetProperty("status").GetString());
        Assert.Equal("Redis does not answer.", health.GetProperty("checks").GetProperty("StackExchange.Redis").GetString());
        Assert.Equal(HttpStatusCode.OK, await CodeAsync(client, "/alive"));
        Assert.Equal(HttpStatusCode.NotFound, await CodeAsync(client, "/"));

        // Work that is handed to it comes to its end.
        var run = await ragpy.RunAsync("run", Path.Combine(Repository.Root, "samples", "library"), "--json");
        Assert.Contains("A worker is running", run.Error, StringComparison.Ordinal);
        Assert.Equal("completed", run.Json.GetProperty("state").GetString());

        var begun = Stopwatch.GetTimestamp();
        _ = NativeMethods.Kill(worker.Id, SignalTerminate);
        await worker.WaitForExitAsync(Token);
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(0, worker.ExitCode);
        var log = await said;
        Assert.Contains("The worker has stopped", log, StringComparison.Ordinal);
        Assert.DoesNotContain("SELECT", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_that_answers_makes_a_worker_healthy()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var redis = LocalServiceProcesses.Redis(port: null, parent: null);
        await using var running = RunningService.Start(redis);
        using var ragpy = new RagPyProcess(database.ConnectionString);
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        ragpy.Environment["HTTP_PORTS"] = new Uri(address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        ragpy.Environment["CELERY_BROKER_URL"] = $"redis://:{redis.ConnectionString.Split("password=")[1]}@127.0.0.1:{redis.Port}/0";
        using var worker = ragpy.Start();
        var said = ReadAsync(worker);
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        await Eventually.TrueAsync(async () =>
            await CodeAsync(client, "/health") == HttpStatusCode.OK
            && await client.GetStringAsync("/health", Token) == """{"status":"healthy"}"""
        );

        worker.Kill();
        await said;
    }

    [Fact]
    public async Task A_worker_waits_for_a_database_that_is_not_there_yet_and_says_so()
    {
        using var ragpy = new RagPyProcess($"Host=127.0.0.1;Port={LoopbackPort.Free()};Username=x;Database=x;Timeout=2");
        var address = $"http://127.0.0.1:{LoopbackPort.Free()}";
        ragpy.Environment["ASPNETCORE_URLS"] = address;
        using var worker = ragpy.Start();
        var said = ReadAsync(worker);
        using var client = new HttpClient { BaseAddress = new Uri(address) };

        await Eventually.TrueAsync(async () => await CodeAsync(client, "/alive") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await CodeAsync(client, "/health"));
        _ = NativeMethods.Kill(worker.Id, SignalTerminate);
        await worker.WaitForExitAsync(Token);

        Assert.Equal(0, worker.ExitCode);
        Assert.Contains("The database does not answer yet", await said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_refuses_ends_the_worker_with_a_sentence()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString + ";Password=wrong");

        var result = await ragpy.RunAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("PostgreSQL cannot be used: password authentication failed", result.Error, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode?> CodeAsync(HttpClient client, string path)
    {
        try
        {
            using var answer = await client.GetAsync(path, Token);

            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);

        return await output + await error;
    }
}
