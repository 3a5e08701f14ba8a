using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A worker that buys vectors is killed in the middle of it: what was paid for is not paid for again, but for the calls that were under way.</summary>
[Trait("Category", "slow")]
public sealed class RemoteKillTests(PostgresFixture postgres)
{
    private const int Items = 120;

    /// <summary>Calls at once and texts of a call, as they are by default.</summary>
    private const int MostInFlight = 4 * 32;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_again_and_again_a_worker_buys_nothing_twice_but_what_was_under_way()
    {
        await using var simulator = new OpenAISimulator();
        simulator.Faults.Latency = TimeSpan.FromMilliseconds(150);
        await simulator.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();
        var kills = 0;
        for (; kills < 3; kills++)
        {
            using var killed = Start();
            var before = simulator.Exchanges.Total;
            while (!killed.HasExited && simulator.Exchanges.Total < before + 3)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
            }

            killed.Kill();
            await killed.WaitForExitAsync(Token);
        }

        using var worker = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        await worker.WaitForExitAsync(limit.Token);

        Assert.Equal(0, worker.ExitCode);
        var bought = simulator.Vectors.Bought;
        Assert.True(bought.Count > 50, $"{bought.Count} texts");
        Assert.InRange(simulator.Vectors.Total, bought.Count, bought.Count + (kills * MostInFlight));
        await using var host = PipelineHost.Look(database.ConnectionString, data.Path, projectId: 1);
        await host.AssertCleanAsync();
        await using var context = database.NewContext();
        Assert.Equal(context.Chunks.Count(), (await host.PointsAsync()).Count);

        System.Diagnostics.Process Start() =>
            KillTests.StartWorker(
                database.ConnectionString,
                data.Path,
                Items,
                failpoint: null,
                ("RAGPY_EMBEDDER", "openai/text-embedding-3-large@64"),
                ("OPENAI_API_KEY", "sk-simulated"),
                ("OPENAI_BASE_URL", $"{simulator.Address}v1")
            );
    }
}
