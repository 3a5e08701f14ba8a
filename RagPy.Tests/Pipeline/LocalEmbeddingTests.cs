using RagPy.Core.Indexing;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Tests.Embedding;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A library brought in and searched by a local model, and what becomes of it when the model is replaced.</summary>
public sealed class LocalEmbeddingTests(PostgresFixture postgres) : IDisposable
{
    private readonly string _models = Directory.CreateTempSubdirectory("ragpy-onnx-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public async Task Documents_are_embedded_and_found_by_the_model_and_anew_by_the_one_that_replaces_it()
    {
        var model = new TinyModel();
        model.Write(Path.Combine(_models, "tiny"));
        await using var host = await PipelineHost.CreateAsync(
            postgres,
            settings: new RagPySettings { DefaultEmbedder = "onnx/tiny", OnnxModels = _models }
        );
        host.Library.Add("A", "Cafe").With("a.pdf", "cafe cafe cafe");
        host.Library.Add("B", "Library").With("b.pdf", "the library the library");
        await host.Worker.StartAsync(Token);

        Assert.Equal(0, (await host.RunAsync()).Failed);

        await AssertVectorsAsync(host, model);
        Assert.Equal("b.pdf", await FindAsync(host, "library"));
        await using (var context = host.Database.NewContext())
        {
            Assert.All(context.ProviderLedger, entry => Assert.Equal(("onnx", 0m), (entry.Provider, entry.Cost)));
            Assert.All(context.Projects, project => Assert.StartsWith("onnx/tiny:", project.Embedder, StringComparison.Ordinal));
        }

        var other = new TinyModel(seed: 2);
        other.Write(Path.Combine(_models, "tiny"));
        host.Library.Add("C", "New").With("c.pdf", "query passage");
        Assert.NotEqual(0, (await host.RunAsync()).Failed);
        // The file, and the title that stands in for it.
        var failed = (await host.DocumentsAsync()).Where(d => d.State == DocumentState.Failed).ToList();
        Assert.Contains(failed, d => d.FileName == "c.pdf");
        Assert.All(failed, d => Assert.Contains("choose onnx/tiny again", d.FailureReason, StringComparison.Ordinal));

        foreach (var task in await host.Get<EmbedderChoice>().ChooseAsync(host.PersonId, host.ProjectId, "onnx/tiny", Token))
        {
            Assert.Equal(0, (await host.WaitAsync(task.Id)).Failed);
        }

        await AssertVectorsAsync(host, other);
        Assert.Equal("b.pdf", await FindAsync(host, "library"));
        await host.AssertCleanAsync();
    }

    private static async Task<string> FindAsync(PipelineHost host, string query)
    {
        var request = new SearchRequest { Query = query, Mode = SearchMode.Dense };
        var answer = await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token);
        Assert.False(answer.Approximate);
        return (await host.DocumentsAsync()).Single(d => d.Id == answer.Hits[0].DocumentId).FileName;
    }

    /// <summary>Every point has the mean of its words' vectors.</summary>
    private static async Task AssertVectorsAsync(PipelineHost host, TinyModel model)
    {
        await using var context = host.Database.NewContext();
        var titles = context.Items.ToDictionary(i => i.Id, i => i.Title);
        var documents = context.Documents.Where(d => d.Generation != null).ToDictionary(d => d.Id, d => titles[d.ItemId]);
        var texts = context.Chunks.ToList().Where(c => documents.ContainsKey(c.DocumentId)).ToDictionary(c => c.Id);
        var points = 0;
        await foreach (var point in host.Get<IVectorStore>().ScanAsync(host.ProjectId, Token))
        {
            var chunk = texts[point.Id];
            var words = $"{documents[chunk.DocumentId]} {chunk.Text}"
                .ToLowerInvariant()
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var expected = model.Mean([.. words.SelectMany(TokensOf)]);
            Assert.All(expected.Zip(point.Dense.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
            points++;
        }

        Assert.Equal(texts.Count, points);
    }

    private static IEnumerable<string> TokensOf(string word) =>
        TinyModel.Vocabulary.Contains(word) ? [word] : word.Select((letter, i) => i == 0 ? $"{letter}" : $"##{letter}");
}
