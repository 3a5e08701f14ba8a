using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Recognition by a provider in the pipeline: what it buys, stores, survives and never does.</summary>
public sealed class RemoteRecognitionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly MistralOcrSimulator _simulator = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            Recognition = "mistral",
            MistralApiKey = MistralOcrSimulator.Key,
            MistralApiBaseUrl = _simulator.Address.ToString(),
        };

    public async ValueTask InitializeAsync() => await _simulator.StartAsync();

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task Pages_are_bought_once_entered_in_the_ledger_and_uploads_deleted()
    {
        await using var host = await StartAsync(documents: 12);

        Assert.Equal(0, (await host.RunAsync()).Failed);
        await host.RunAsync();

        AssertBoughtOnce(Scans(12));
        Assert.Empty(_simulator.Files);
        Assert.InRange(_simulator.MostAtOnce, 1, 3);
        await using var context = host.Database.NewContext();
        var ledger = context.ProviderLedger.ToList();
        Assert.Equal(Scans(12), ledger.Sum(entry => entry.Pages));
        Assert.Equal(Scans(12) * 0.001m, ledger.Sum(entry => entry.Cost));
        Assert.All(ledger, entry => Assert.Equal(("mistral", "ocr"), (entry.Provider, entry.Operation)));
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task With_faults_nothing_is_lost_and_nothing_bought_twice()
    {
        _simulator.Faults.AddShare(Fault.WithStatus(500), 0.05, seed: 1);
        _simulator.Faults.AddShare(Fault.Cut, 0.05, seed: 2);
        _simulator.Faults.AddShare(Fault.TooManyRequests(), 0.05, seed: 3);
        await using var host = await StartAsync(documents: 30);

        Assert.Equal((TaskState.Completed, 0), ((await host.RunAsync()).State, 0));

        Assert.All(await host.DocumentsAsync(), document => Assert.Equal(0, document.NeedsOcrPages));
        AssertBoughtOnce(Scans(30));
    }

    [Fact]
    public async Task A_refused_page_is_found_among_those_of_its_call_and_named()
    {
        _simulator.Refused = "unspeakable";
        await using var host = await StartAsync(documents: 0);
        host.Library.Add("A").With("a.pdf", "SCAN one\fSCAN two\fSCAN unspeakable\fSCAN four");

        Assert.Equal(0, (await host.RunAsync()).Failed);

        var document = Assert.Single(await host.DocumentsAsync());
        Assert.Equal(1, document.NeedsOcrPages);
        Assert.Equal(3, _simulator.Billed.Count);
        var overview = await host.Get<DocumentReader>().GetAsync(host.PersonId, document.Id, Token);
        Assert.StartsWith("Page 3: mistral refused", Assert.Single(overview.PagesWithoutText), StringComparison.Ordinal);
        AssertBoughtOnce(3);
    }

    [Fact]
    public async Task Pages_bought_by_a_run_that_failed_are_not_bought_by_the_next()
    {
        _simulator.Faults.Add(Fault.WithStatus(401), int.MaxValue, request => request.Path == "/v1/ocr" && _simulator.Billed.Count >= 4);
        await using var host = await StartAsync(documents: 0, Settings with { MistralConcurrentCalls = 1 });
        host.Library.Add("A").With("a.pdf", string.Join('\f', Enumerable.Range(1, 8).Select(page => $"SCAN page {page}")));
        await host.RunAsync();
        var partly = Assert.Single(await host.DocumentsAsync());
        Assert.Equal((DocumentState.Indexed, 4), (partly.State, partly.NeedsOcrPages));

        _simulator.Faults.Clear();
        await host.RunAsync();

        Assert.Equal(0, Assert.Single(await host.DocumentsAsync()).NeedsOcrPages);
        AssertBoughtOnce(8);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_cap_pauses_recognition_with_a_reason_and_raising_it_lets_it_go_on()
    {
        await using var host = await StartAsync(documents: 2);
        await host.RunAsync();
        await using var context = host.Database.NewContext();
        var session = context.Sessions.Single().Id;
        var spending = host.Get<SpendingService>();
        await spending.SetCapAsync(host.PersonId, session, 0.001m, Token);
        host.Library.Add("MORE").With("more.pdf", "SCAN more");

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        while ((await spending.GetAsync(host.PersonId, session, Token)).Waiting is null)
        {
            await Task.Delay(20, Token);
        }

        await spending.SetCapAsync(host.PersonId, session, 100, Token);
        Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
    }

    private void AssertBoughtOnce(int pages)
    {
        Assert.Equal(pages, _simulator.Billed.Count);
        Assert.All(_simulator.Billed.Values, times => Assert.Equal(1, times));
    }

    /// <summary>Scanned pages of so many documents.</summary>
    private static int Scans(int documents) => Enumerable.Range(0, documents).Sum(item => 1 + (item % 6));

    private async Task<PipelineHost> StartAsync(int documents, RagPySettings? settings = null)
    {
        var host = await PipelineHost.CreateAsync(postgres, settings: settings ?? Settings);
        for (var item = 0; item < documents; item++)
        {
            var scans = Enumerable.Range(0, 1 + (item % 6)).Select(page => $"SCAN words {item} of page {page}");
            host.Library.Add($"D{item:000}", $"Title {item}").With("a.pdf", string.Join('\f', scans.Prepend("A page with text.")));
        }

        await host.Worker.StartAsync(Token);
        return host;
    }
}
