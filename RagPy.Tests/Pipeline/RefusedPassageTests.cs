using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RagPy.Core.Exports;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A passage that the embedder refuses: told apart from a request that is wrong, kept with its reason, and no failure of the others.</summary>
public sealed class RefusedPassageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly OpenAISimulator _simulator = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            DefaultEmbedder = "openai/text-embedding-3-large@64",
            OpenAIApiKey = OpenAISimulator.Key,
            OpenAIBaseUrl = $"{_simulator.Address}v1",
        };

    public async ValueTask InitializeAsync() => await _simulator.StartAsync();

    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    [Fact]
    public async Task Its_document_is_indexed_without_its_vector_and_says_so()
    {
        await using var host = await StartAsync();

        var progress = await host.RunAsync();

        Assert.Equal((TaskState.Completed, 0, 1), (progress.State, progress.Failed, progress.ChunksWithoutVector));
        var mixed = (await host.DocumentsAsync()).Single(d => d.FileName == "mixed.pdf");
        Assert.Equal((DocumentState.Indexed, 1), (mixed.State, mixed.ChunksWithoutVector));
        Assert.True(mixed.ChunkCount > 2);
        await host.AssertCleanAsync();
        await AssertPointsAsync(host, without: 1);
        await using var context = host.Database.NewContext();
        var refused = Assert.Single(context.Chunks, c => c.Dense == null);
        Assert.Equal(FailureCode.ProviderError, refused.VectorFailureCode);
        Assert.Contains("content filter", refused.VectorFailureReason, StringComparison.Ordinal);
        Assert.All(_simulator.Vectors.Bought.Values, times => Assert.Equal(1, times));

        var overview = await host.Get<DocumentReader>().GetAsync(host.PersonId, mixed.Id, Token);
        Assert.Equal(1, overview.ChunksWithoutVector);
        Assert.StartsWith($"Passage {refused.Ordinal + 1}: ", Assert.Single(overview.PassagesWithoutVector), StringComparison.Ordinal);
        var session = context.Sessions.Single().Id;
        Assert.Equal(1, (await host.Get<SessionReader>().GetAsync(host.PersonId, session, Token)).Counts.ChunksWithoutVector);
        Assert.Equal(
            1,
            (await new SessionStatistics(host.Get<IDbContextFactory<RagPyDbContext>>()).GetAsync(session, Token)).ChunksWithoutVector
        );
        await AssertFoundByWordsAsync(host, mixed.Id);
        await AssertExportedAsync(host, session, mixed.ChunkCount);
    }

    [Fact]
    public async Task It_is_offered_again_only_when_a_person_asks_for_it()
    {
        await using var host = await StartAsync();
        await host.RunAsync();
        var calls = _simulator.Exchanges.Count;

        await host.RunAsync();
        Assert.Equal(calls, _simulator.Exchanges.Count);

        var again = await host.RunAsync(request: new TaskRequest(RetryFailed: true));
        Assert.Equal(calls + 1, _simulator.Exchanges.Count);
        Assert.Equal(1, again.ChunksWithoutVector);
        await AssertPointsAsync(host, without: 1);

        _simulator.Refused = null;
        var last = await host.RunAsync(request: new TaskRequest(RetryFailed: true));
        Assert.Equal((0, 0), (last.Failed, last.ChunksWithoutVector));
        Assert.Equal(calls + 2, _simulator.Exchanges.Count);
        Assert.All(await host.DocumentsAsync(), d => Assert.Equal((DocumentState.Indexed, 0), (d.State, d.ChunksWithoutVector)));
        await AssertPointsAsync(host, without: 0);
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task A_document_of_nothing_else_fails_and_a_second_run_does_not_ask_again()
    {
        await using var host = await StartAsync();
        host.Library.Add("BAD", "Bad")
            .With("bad.pdf", $"unspeakable {Text(7, 1)}".Replace("w7x", "unspeakable7x", StringComparison.Ordinal));
        await host.RunAsync();
        var failed = (await host.DocumentsAsync()).Single(d => d.FileName == "bad.pdf");
        Assert.Equal((DocumentState.Failed, FailureCode.ProviderError), (failed.State, failed.FailureCode));
        Assert.StartsWith("Passage 1: ", failed.FailureReason, StringComparison.Ordinal);
        var calls = _simulator.Exchanges.Count;

        await host.RunAsync();

        Assert.Equal(calls, _simulator.Exchanges.Count);
        Assert.Equal(DocumentState.Failed, (await host.DocumentsAsync()).Single(d => d.FileName == "bad.pdf").State);
    }

    [Fact]
    public async Task A_provider_that_refuses_whatever_it_is_asked_fails_every_document_and_marks_no_passage()
    {
        _simulator.Faults.Add(Fault.WithStatus(400), int.MaxValue);
        await using var host = await StartAsync();

        var progress = await host.RunAsync();

        Assert.Equal(progress.Documents, progress.Failed);
        Assert.All(await host.DocumentsAsync(), d => Assert.Contains("(400)", d.FailureReason, StringComparison.Ordinal));
        await using var context = host.Database.NewContext();
        Assert.Equal(0, context.Chunks.Count(c => c.VectorFailureCode != null));
        Assert.Empty(await host.PointsAsync());
    }

    [Fact]
    public async Task Refusals_are_believed_while_others_are_accepted_and_looked_into_when_none_is()
    {
        var judge = new RefusalJudge(TimeProvider.System);
        var probes = 0;
        judge.Accepted("model");
        for (var i = 0; i < 16; i++)
        {
            Assert.True(await AskAsync(refuses: true));
        }

        Assert.Equal(0, probes);
        Assert.True(await AskAsync(refuses: false));
        Assert.Equal(1, probes);
        for (var i = 0; i < 16; i++)
        {
            Assert.True(await AskAsync(refuses: true));
        }

        Assert.False(await AskAsync(refuses: true));
        Assert.False(await AskAsync(refuses: true));
        Assert.Equal(2, probes);
        judge.Accepted("model");
        Assert.True(await AskAsync(refuses: true));

        Task<bool> AskAsync(bool refuses) =>
            judge.IsOfTheTextAsync(
                "model",
                () =>
                {
                    probes++;
                    return refuses
                        ? throw new ProviderRefusedException(new Failure(FailureCode.ProviderError, "No."), 400)
                        : Task.CompletedTask;
                },
                Token
            );
    }

    private async Task<PipelineHost> StartAsync()
    {
        if (_simulator.Refused is null)
        {
            _simulator.Refused = "unspeakable";
        }

        var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        for (var i = 0; i < 3; i++)
        {
            host.Library.Add($"D{i}", $"Title {i}").With("plain.pdf", Text(i, 1));
        }

        host.Library.Add("MIX", "Mixed").With("mixed.pdf", $"unspeakable {Text(10, 3)}");
        await host.Worker.StartAsync(Token);
        return host;
    }

    private static string Text(int item, int pages) =>
        string.Join(
            '\f',
            Enumerable.Range(0, pages).Select(page => string.Join(' ', Enumerable.Range(0, 300).Select(word => $"w{item}x{page}x{word}")))
        );

    private static async Task AssertPointsAsync(PipelineHost host, int without)
    {
        var points = new List<IndexPoint>();
        await foreach (var point in host.Get<IVectorStore>().ScanAsync(host.ProjectId, Token))
        {
            points.Add(point);
        }

        await using var context = host.Database.NewContext();
        Assert.Equal(context.Chunks.Count(), points.Count);
        Assert.Equal(without, points.Count(p => p.Dense.Length == 0));
        Assert.All(points.Where(p => p.Dense.Length > 0), p => Assert.Contains(p.Dense.ToArray(), x => x != 0));
    }

    private static async Task AssertFoundByWordsAsync(PipelineHost host, Guid document)
    {
        var request = new SearchRequest { Query = "unspeakable", Mode = SearchMode.Sparse };
        var answer = await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token);
        var hit = Assert.Single(answer.Hits);
        Assert.Contains("unspeakable", hit.Passage, StringComparison.Ordinal);
        Assert.Equal(document, hit.DocumentId);
    }

    /// <summary>The original's files have every passage, and no vector in place of the one that is not there.</summary>
    private static async Task AssertExportedAsync(PipelineHost host, long session, int chunks)
    {
        var output = new MemoryStream();
        await new OriginalExport(host.Database.DataSource).WriteAsync(ExportFile.SparseVectors, session, output, Token);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(output.ToArray()));
        var mixed = json.RootElement.EnumerateArray().Where(c => c.GetProperty("title").GetString() == "Mixed").ToList();
        Assert.Equal(chunks, mixed.Count);
        var bare = Assert.Single(mixed, c => !c.TryGetProperty("embedding", out _));
        Assert.Contains("unspeakable", bare.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.True(bare.GetProperty("sparse_embedding").GetProperty("indices").GetArrayLength() > 0);
    }
}
