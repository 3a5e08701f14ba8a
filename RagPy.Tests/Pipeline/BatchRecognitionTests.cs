using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Recognition in Mistral's batches: bought once, at half the price, whatever goes wrong.</summary>
public sealed class BatchRecognitionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Documents = 12;

    private readonly MistralOcrSimulator _simulator = new();
    private int _creations;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            Recognition = "mistral",
            MistralApiKey = MistralOcrSimulator.Key,
            MistralApiBaseUrl = _simulator.Address.ToString(),
            MistralOcrBatch = true,
            MistralOcrBatchMinPages = 2,
        };

    private static RecognitionBatchOptions Quick { get; } =
        new()
        {
            Tick = TimeSpan.FromMilliseconds(50),
            Idle = TimeSpan.FromMilliseconds(50),
            Settle = TimeSpan.FromMilliseconds(300),
            Quiet = TimeSpan.FromSeconds(10),
            Poll = TimeSpan.FromMilliseconds(50),
            Grace = TimeSpan.FromSeconds(1),
        };

    /// <summary>Scanned pages of the library.</summary>
    private static int Scans => Enumerable.Range(0, Documents).Sum(item => 1 + (item % 6));

    private int Calls => _simulator.Exchanges.Count(exchange => exchange.Path == "/v1/ocr");

    public async ValueTask InitializeAsync() => await _simulator.StartAsync();

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task A_library_is_read_by_one_batch_of_two_workers_at_half_the_price_and_not_again_by_the_next_run()
    {
        await using var host = await StartAsync();
        await using var second = host.Second(settings: Settings, extra: Add);
        await second.Worker.StartAsync(Token);

        Assert.Equal(0, (await host.RunAsync()).Failed);

        await AssertReadAsync(host);
        AssertBoughtOnce();
        Assert.Single(_simulator.Jobs);
        Assert.Equal(0, Calls);
        Assert.Empty(_simulator.Files);
        await using var context = host.Database.NewContext();
        Assert.Equal(Scans, context.ProviderLedger.Sum(entry => entry.Pages));
        Assert.Equal(Scans * 0.0005m, context.ProviderLedger.Sum(entry => entry.Cost));
        await host.AssertCleanAsync();
        CheckContract();
        var before = _simulator.Exchanges.Total;
        await host.RunAsync();
        Assert.Equal(before, _simulator.Exchanges.Total);
    }

    [Fact]
    public async Task Too_few_pages_for_a_batch_are_read_by_ordinary_calls()
    {
        await using var host = await StartAsync(Settings with { MistralOcrBatchMinPages = Scans + 1 });

        Assert.Equal(0, (await host.RunAsync()).Failed);

        await AssertReadAsync(host);
        AssertBoughtOnce();
        Assert.Empty(_simulator.Jobs);
        await using var context = host.Database.NewContext();
        Assert.Equal(Scans * 0.001m, context.ProviderLedger.Sum(entry => entry.Cost));
    }

    [Theory]
    [InlineData("POST", "/v1/files", "500")]
    [InlineData("POST", "/v1/files", "cut afterwards")]
    [InlineData("GET", "/v1/files", "429")]
    [InlineData("POST", "/v1/batch/jobs", "500")]
    [InlineData("POST", "/v1/batch/jobs", "429")]
    [InlineData("POST", "/v1/batch/jobs", "truncated")]
    [InlineData("POST", "/v1/batch/jobs", "cut afterwards")]
    [InlineData("GET", "/v1/batch/jobs/", "500")]
    [InlineData("GET", "/v1/batch/jobs/", "truncated")]
    [InlineData("GET", "/content", "429")]
    [InlineData("GET", "/content", "500")]
    [InlineData("GET", "/content", "truncated")]
    [InlineData("DELETE", "/v1/files/", "500")]
    public async Task Whatever_call_goes_wrong_there_is_one_job_and_every_page_is_bought_once(string method, string path, string fault)
    {
        // Calls slow down for minutes when the provider says again and again that they are too many.
        _simulator.Faults.Add(Fault.Named(fault), times: fault == "429" ? 1 : 5, when: IsMeant);
        await using var host = await StartAsync();

        Assert.Equal((TaskState.Completed, 0), await RunAsync(host));

        await AssertReadAsync(host);
        AssertBoughtOnce();
        Assert.Single(_simulator.Jobs);
        await WaitForAsync(host, batch => batch.State == RecognitionBatchState.Ended);
        Assert.Empty(_simulator.Files);

        bool IsMeant(HttpRequest request)
        {
            var value = request.Path.Value!;
            var isThere = path.EndsWith('/')
                ? value.StartsWith(path, StringComparison.Ordinal)
                : value.EndsWith(path, StringComparison.Ordinal);
            // A call that makes a job and goes wrong five times is given up; twice is trouble.
            return request.Method == method && isThere && (path != "/v1/batch/jobs" || method != "POST" || ++_creations <= 2);
        }
    }

    [Fact]
    public async Task A_job_that_ended_early_is_followed_by_one_more_and_what_it_leaves_is_read_by_ordinary_calls()
    {
        _simulator.Ends.Enqueue(("TIMEOUT_EXCEEDED", 4));
        _simulator.Ends.Enqueue(("CANCELLED", 3));
        await using var host = await StartAsync();

        Assert.Equal(0, (await host.RunAsync()).Failed);

        await AssertReadAsync(host);
        AssertBoughtOnce();
        Assert.Equal(2, _simulator.Jobs.Count);
        Assert.True(Calls > 0);
        Assert.Empty(_simulator.Files);
        await using var context = host.Database.NewContext();
        Assert.Equal(Scans, context.ProviderLedger.Sum(entry => entry.Pages));
    }

    [Fact]
    public async Task A_job_that_failed_without_any_answer_is_made_once_more()
    {
        _simulator.Ends.Enqueue(("FAILED", 0));
        await using var host = await StartAsync();

        Assert.Equal(0, (await host.RunAsync()).Failed);

        await AssertReadAsync(host);
        AssertBoughtOnce();
        Assert.Equal(2, _simulator.Jobs.Count);
        Assert.Equal(0, Calls);
    }

    [Fact]
    public async Task Answers_that_are_missing_or_cut_off_are_got_by_ordinary_calls()
    {
        _simulator.Spoil = lines => [.. lines[2..^1], lines[^1][..(lines[^1].Length / 2)]];
        await using var host = await StartAsync();

        Assert.Equal(0, (await host.RunAsync()).Failed);

        await AssertReadAsync(host);
        Assert.Equal(Scans, _simulator.Billed.Count);
        var boughtAgain = _simulator.Billed.Where(billed => billed.Value == 2).Select(billed => billed.Key.Text).Distinct();
        Assert.Equal(3, boughtAgain.Count());
    }

    [Fact]
    public async Task With_a_wrong_key_documents_end_and_say_so()
    {
        await using var host = await StartAsync(Settings with { MistralApiKey = "wrong" });

        await host.RunAsync();

        var documents = await host.DocumentsAsync();
        Assert.All(documents, document => Assert.Equal(DocumentState.Indexed, document.State));
        var overview = await host.Get<DocumentReader>().GetAsync(host.PersonId, documents[0].Id, Token);
        Assert.Contains("does not accept the key", Assert.Single(overview.PagesWithoutText), StringComparison.Ordinal);
        Assert.Empty(_simulator.Jobs);
    }

    [Fact]
    public async Task A_refused_page_costs_its_neighbours_an_ordinary_call_and_is_named()
    {
        _simulator.Refused = "unspeakable";
        await using var host = await StartAsync();
        host.Library.Add("A").With("a.pdf", "SCAN one\fSCAN two\fSCAN unspeakable\fSCAN four");

        Assert.Equal(0, (await host.RunAsync()).Failed);

        Assert.Single(_simulator.Jobs);
        var document = Assert.Single(await host.DocumentsAsync(), document => document.NeedsOcrPages > 0);
        var overview = await host.Get<DocumentReader>().GetAsync(host.PersonId, document.Id, Token);
        Assert.StartsWith("Page 3: mistral refused", Assert.Single(overview.PagesWithoutText), StringComparison.Ordinal);
        Assert.All(_simulator.Billed.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task While_a_batch_runs_documents_wait_with_a_reason_and_hold_nobody_up()
    {
        _simulator.LooksUntilEnd = int.MaxValue;
        await using var host = await StartAsync();
        host.Library.Add("TEXT").With("text.pdf", "A page with text.");
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await WaitForAsync(host, batch => batch is { State: RecognitionBatchState.Running, Requests: > 0 });

        await using var context = host.Database.NewContext();
        var session = context.Sessions.Single().Id;
        Spending spending;
        do
        {
            await Task.Delay(20, Token);
            spending = await host.Get<SpendingService>().GetAsync(host.PersonId, session, Token);
        } while (spending.Waiting?.Contains("requests done", StringComparison.Ordinal) != true);

        Assert.Equal($"Waiting for Mistral's batch (0 of {Documents} requests done).", spending.Waiting);
        while ((await host.DocumentsAsync()).All(document => document.State != DocumentState.Indexed))
        {
            await Task.Delay(20, Token);
        }

        _simulator.LooksUntilEnd = 1;
        Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
        AssertBoughtOnce();
    }

    [Fact]
    public async Task Batches_turned_off_meanwhile_a_batch_that_runs_is_still_waited_for()
    {
        _simulator.LooksUntilEnd = int.MaxValue;
        await using var host = await StartAsync();
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await WaitForAsync(host, batch => batch.State == RecognitionBatchState.Running);
        await host.Worker.StopAsync(Token);

        await using var second = host.Second(settings: Settings with { MistralOcrBatch = false }, extra: Add);
        await second.Worker.StartAsync(Token);
        _simulator.LooksUntilEnd = 1;
        Assert.Equal(0, (await second.WaitAsync(task.Id)).Failed);

        AssertBoughtOnce();
        Assert.Equal(0, Calls);
    }

    [Fact]
    public async Task No_more_is_ordered_than_the_cap_allows_and_raising_it_lets_the_rest_go_on()
    {
        await using var host = await PrepareAsync();
        host.Library.Add("TEXT").With("text.pdf", "A page with text.");
        await host.RunAsync();
        await using var context = host.Database.NewContext();
        var session = context.Sessions.Single().Id;
        var spending = host.Get<SpendingService>();
        await spending.SetCapAsync(host.PersonId, session, 0.002m, Token);
        for (var item = 0; item < 6; item++)
        {
            host.Library.Add($"S{item}").With("a.pdf", $"SCAN one {item}\fSCAN two {item}");
        }

        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await WaitForAsync(host, batch => batch.State == RecognitionBatchState.Ended);
        while (
            (await spending.GetAsync(host.PersonId, session, Token)).Waiting?.StartsWith("The session's cap", StringComparison.Ordinal)
            != true
        )
        {
            await Task.Delay(20, Token);
        }

        Assert.Equal(4, _simulator.Billed.Count);
        await spending.SetCapAsync(host.PersonId, session, 100, Token);
        Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
        Assert.Equal(12, _simulator.Billed.Count);
        Assert.Equal(2, _simulator.Jobs.Count);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_its_batch_is_made_makes_none()
    {
        await using var host = await StartAsync(options: Quick with { Settle = TimeSpan.FromHours(1), Quiet = TimeSpan.FromHours(1) });
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await using var context = host.Database.NewContext();
        while (await context.BatchedFiles.CountAsync(Token) < Documents)
        {
            await Task.Delay(20, Token);
        }

        await host.Tasks.CancelAsync(host.PersonId, task.Id, Token);
        while (await context.BatchedFiles.AnyAsync(Token))
        {
            await Task.Delay(20, Token);
        }

        Assert.Empty(_simulator.Exchanges);
    }

    private static void Add(IServiceCollection services) => services.AddSingleton(Quick);

    private static async Task<(TaskState, int)> RunAsync(PipelineHost host)
    {
        var end = await host.RunAsync();
        return (end.State, end.Failed);
    }

    private static async Task AssertReadAsync(PipelineHost host) =>
        Assert.All(
            await host.DocumentsAsync(),
            document => Assert.Equal((DocumentState.Indexed, 0), (document.State, document.NeedsOcrPages))
        );

    private static async Task WaitForAsync(PipelineHost host, Predicate<RecognitionBatch> isSo)
    {
        while (true)
        {
            await using var context = host.Database.NewContext();
            if (await context.RecognitionBatches.FirstOrDefaultAsync(Token) is { } batch && isSo(batch))
            {
                return;
            }

            await Task.Delay(20, Token);
        }
    }

    private void AssertBoughtOnce()
    {
        Assert.Equal(Scans, _simulator.Billed.Count);
        Assert.All(_simulator.Billed.Values, times => Assert.Equal(1, times));
    }

    /// <summary>What the published document covers: uploads and lists as they are, and each request of a batch as what it would be by itself.</summary>
    private void CheckContract()
    {
        if (ApiContract.Find("mistral-subset.openapi.json") is not { } contract)
        {
            return;
        }

        Assert.Empty(contract.Check(_simulator.Exchanges, exchange => exchange.Path == "/v1/files"));
        var call = _simulator.Exchanges.First(exchange => exchange.Path == "/v1/batch/jobs" && exchange.Method == "POST");
        Assert.Equal(Documents, _simulator.BatchedCalls.Count);
        Assert.Empty(contract.Check(_simulator.BatchedCalls.Select(made => AsCall(call, made.Request, made.Response))));
    }

    private static Exchange AsCall(Exchange like, JsonNode request, JsonNode response)
    {
        request["model"] = "mistral-ocr-latest";
        return like with
        {
            Path = "/v1/ocr",
            RequestBody = Encoding.UTF8.GetBytes(request.ToJsonString()),
            ResponseBody = Encoding.UTF8.GetBytes(response.ToJsonString()),
        };
    }

    private async Task<PipelineHost> PrepareAsync(RagPySettings? settings = null, RecognitionBatchOptions? options = null)
    {
        var host = await PipelineHost.CreateAsync(
            postgres,
            settings: settings ?? Settings,
            extra: services => services.AddSingleton(options ?? Quick)
        );
        await host.Worker.StartAsync(Token);
        return host;
    }

    private async Task<PipelineHost> StartAsync(RagPySettings? settings = null, RecognitionBatchOptions? options = null)
    {
        var host = await PrepareAsync(settings, options);
        for (var item = 0; item < Documents; item++)
        {
            var scans = Enumerable.Range(0, 1 + (item % 6)).Select(page => $"SCAN words {item} of page {page}");
            host.Library.Add($"D{item:000}", $"Title {item}").With("a.pdf", string.Join('\f', scans.Prepend("A page with text.")));
        }

        return host;
    }
}
