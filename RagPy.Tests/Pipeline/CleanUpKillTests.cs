using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A worker that buys clean texts is killed in the middle of it: what was paid for is not paid for again, but for the calls that were under way.</summary>
[Trait("Category", "slow")]
public sealed class CleanUpKillTests(PostgresFixture postgres)
{
    private const int Items = 60;

    /// <summary>MAX_CONCURRENT_LLM_CALLS, as it is by default.</summary>
    private const int MostInFlight = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_again_and_again_a_worker_buys_no_passage_twice_but_what_was_under_way()
    {
        await using var simulator = new OpenAISimulator();
        simulator.Chat.Reply = request => new SimulatedReply(SimulatedChat.PassageIn(request));
        simulator.Faults.Latency = TimeSpan.FromMilliseconds(100);
        await simulator.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();
        var kills = 0;
        for (; kills < 3; kills++)
        {
            using var killed = Start();
            var before = simulator.Exchanges.Total;
            while (!killed.HasExited && simulator.Exchanges.Total < before + 12)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
            }

            killed.Kill();
            await killed.WaitForExitAsync(Token);
        }

        using var worker = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(180));
        await worker.WaitForExitAsync(limit.Token);

        Assert.Equal(0, worker.ExitCode);
        var passages = simulator.Chat.Requests.Select(SimulatedChat.PassageIn).ToList();
        var different = passages.Distinct(StringComparer.Ordinal).Count();
        Assert.True(different > 50, $"{different} passages");
        Assert.InRange(passages.Count, different, different + (kills * MostInFlight));
        await using var host = PipelineHost.Look(database.ConnectionString, data.Path, projectId: 1);
        await host.AssertCleanAsync();
        await using var context = database.NewContext();
        Assert.Equal(different, context.ProviderResults.Count());
        Assert.Equal(different, context.ProviderLedger.Count());

        System.Diagnostics.Process Start() =>
            KillTests.StartWorker(
                database.ConnectionString,
                data.Path,
                Items,
                failpoint: null,
                ("RAGPY_CLEANUP", "openai/gpt-4o-mini"),
                ("OPENAI_API_KEY", "sk-simulated"),
                ("OPENAI_BASE_URL", $"{simulator.Address}v1")
            );
    }
}
