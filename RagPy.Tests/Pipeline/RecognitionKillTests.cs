using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A worker that buys the text of pages is killed in the middle of it: what was paid for is not paid for again, but for the calls that were under way.</summary>
[Trait("Category", "slow")]
public sealed class RecognitionKillTests(PostgresFixture postgres)
{
    private const int Items = 100;
    private const int Scans = 10 * 6;

    /// <summary>Calls at once and pages of a call.</summary>
    private const int MostInFlight = 3 * 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_again_and_again_a_worker_buys_no_page_twice_but_what_was_under_way()
    {
        await using var simulator = new MistralOcrSimulator { PageTime = TimeSpan.FromMilliseconds(60) };
        await simulator.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();
        var kills = 0;
        for (; kills < 3; kills++)
        {
            using var killed = Start();
            var before = simulator.Exchanges.Total;
            while (!killed.HasExited && simulator.Exchanges.Total < before + 5)
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
        Assert.Equal(Scans, simulator.Billed.Count);
        Assert.InRange(simulator.Billed.Values.Sum(), Scans, Scans + (kills * MostInFlight));
        await using var host = PipelineHost.Look(database.ConnectionString, data.Path, projectId: 1);
        await host.AssertCleanAsync();
        await using var context = database.NewContext();
        Assert.Equal(0, context.Documents.Sum(document => document.NeedsOcrPages));
        Assert.Equal(context.Chunks.Count(), (await host.PointsAsync()).Count);

        System.Diagnostics.Process Start() =>
            KillTests.StartWorker(
                database.ConnectionString,
                data.Path,
                Items,
                failpoint: null,
                ("RAGPY_OCR", "mistral"),
                ("MISTRAL_API_KEY", "mistral-simulated"),
                ("MISTRAL_API_BASE_URL", simulator.Address.ToString())
            );
    }
}
