using Microsoft.EntityFrameworkCore;
using RagPy.Core.Projects;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A worker that reads pages in a batch is killed at every step of it: there is one job, and no page is bought twice.</summary>
[Trait("Category", "slow")]
public sealed class BatchRecognitionKillTests(PostgresFixture postgres)
{
    private const int Items = 100;
    private const int Scans = 10 * 6;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_every_step_of_a_batch_a_worker_buys_no_page_twice()
    {
        await using var simulator = new MistralOcrSimulator { LooksUntilEnd = 4 };
        await simulator.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        using var data = new TemporaryFolder();

        var isAsked = false;
        var mayBeMade = new TaskCompletionSource();
        simulator.BeforeCreation = () =>
        {
            Volatile.Write(ref isAsked, true);
            return mayBeMade.Task;
        };

        // Files half uploaded; the job asked for and not there yet; not there yet for who comes after; the job running; its answers fetched and perhaps not all
        // stored.
        await KillWhenAsync(() => simulator.Uploads >= 3);
        await KillWhenAsync(() => Volatile.Read(ref isAsked));
        await KillWhenAsync(() => simulator.Exchanges.Any(exchange => exchange is { Path: "/v1/batch/jobs", Method: "GET" }));
        mayBeMade.SetResult();
        await KillWhenAsync(() =>
            simulator.Exchanges.Any(exchange => exchange.Path.StartsWith("/v1/batch/jobs/", StringComparison.Ordinal))
        );
        await KillWhenAsync(() => simulator.Exchanges.Any(exchange => exchange.Path.EndsWith("/content", StringComparison.Ordinal)));

        using var worker = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        await worker.WaitForExitAsync(limit.Token);

        Assert.Equal(0, worker.ExitCode);
        Assert.Single(simulator.Jobs);
        Assert.Equal(Scans, simulator.Billed.Count);
        Assert.All(simulator.Billed.Values, times => Assert.Equal(1, times));
        Assert.DoesNotContain(simulator.Exchanges, exchange => exchange.Path == "/v1/ocr");
        Assert.Empty(simulator.Files);
        await using var host = PipelineHost.Look(database.ConnectionString, data.Path, projectId: 1);
        await host.AssertCleanAsync();
        await using var context = database.NewContext();
        Assert.Equal(0, await context.Documents.SumAsync(document => document.NeedsOcrPages, Token));
        Assert.False(await context.Documents.AnyAsync(document => document.State == DocumentState.Pending, Token));
        Assert.Equal(Scans, await context.ProviderLedger.SumAsync(entry => entry.Pages, Token));

        async Task KillWhenAsync(Func<bool> isTime)
        {
            using var killed = Start();
            while (!killed.HasExited && !isTime())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), Token);
            }

            Assert.False(killed.HasExited, "The worker came to its end before it was killed.");
            killed.Kill();
            await killed.WaitForExitAsync(Token);
        }

        System.Diagnostics.Process Start() =>
            KillTests.StartWorker(
                database.ConnectionString,
                data.Path,
                Items,
                failpoint: null,
                ("RAGPY_OCR", "mistral"),
                ("MISTRAL_API_KEY", MistralOcrSimulator.Key),
                ("MISTRAL_API_BASE_URL", simulator.Address.ToString()),
                ("MISTRAL_OCR_BATCH", "true"),
                ("MISTRAL_OCR_BATCH_MIN_PAGES", "10")
            );
    }
}
