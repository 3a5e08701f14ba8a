using System.Text;
using RagPy.Core.Embedding;
using RagPy.Core.Estimates;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using RagPy.Tests.Sources;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>What a run is said to need before it is begun, against what it then needs.</summary>
public sealed class EstimateTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Model = "openai/text-embedding-3-large";
    private readonly OpenAISimulator _simulator = new();
    private readonly LibraryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            DefaultEmbedder = Model,
            OpenAIApiKey = OpenAISimulator.Key,
            OpenAIBaseUrl = $"{_simulator.Address}v1",
        };

    public async ValueTask InitializeAsync() => await _simulator.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task Of_a_chunk_file_passages_tokens_and_cost_are_exact_and_vectors_at_hand_are_not_counted()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        var vector = EmbeddingVectors.Of("x", "y", 3072);
        var file = new ChunkFile()
            .Document("1", "AAAA1111", "a.pdf", ["The lighthouse stands.", "Its lens turns."], _ => vector)
            .Document("2", "BBBB2222", "b.pdf", ["Bread rises with time.", "And salt."]);
        var path = Path.Combine(_folder.Write("x.json", file.Bytes).Root, "x.json");

        var estimate = await host.Get<EstimateService>().OfSourceAsync(null, path, null, null, Token);
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, path, null, Token);
        var before = await host.Get<EstimateService>().OfSessionAsync(host.PersonId, task.SessionId, Token);
        await host.Worker.StartAsync(Token);
        await host.WaitAsync(task.Id);

        Assert.Equal((2, 0, 4, 2), (estimate.Documents, estimate.Done, estimate.Passages.High, estimate.Bought));
        Assert.Equal(estimate.Tokens.Low, estimate.Tokens.High);
        Assert.Equal((estimate.Tokens, estimate.Cost, estimate.Bought), (before.Tokens, before.Cost, before.Bought));
        await using var context = host.Database.NewContext();
        var counter = new RagPy.Core.Chunking.TokenCounter();
        Assert.Equal(_simulator.Vectors.Bought.Keys.Sum(text => counter.Count(text)), estimate.Tokens.Low, tolerance: 4);
        Assert.Equal(0.13m * estimate.Tokens.Low / 1_000_000m, estimate.Cost!.Low);
        var after = await host.Get<EstimateService>().OfSessionAsync(host.PersonId, task.SessionId, Token);
        Assert.Equal((2, 2, 0, 0), (after.Documents, after.Done, after.Tokens.High, after.Cost!.High));
        Assert.Equal(2, _simulator.Vectors.Total);
    }

    [Fact]
    public async Task What_a_run_over_a_table_needs_lies_within_its_estimate()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        var rows = Enumerable
            .Range(0, 6)
            .Select(i => $"T{i},\"{string.Join(' ', Enumerable.Range(0, 1500).Select(n => $"word{i * n}"))}\"");
        var path = Path.Combine(_folder.Write("t.csv", "title,text\n" + string.Join('\n', rows)).Root, "t.csv");
        var estimate = await host.Get<EstimateService>().OfSourceAsync(null, path, null, null, Token);

        await host.Worker.StartAsync(Token);
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, path, null, Token);
        await host.WaitAsync(task.Id);

        await using var context = host.Database.NewContext();
        var passages = context.Chunks.Count();
        Assert.InRange(passages, estimate.Passages.Low, estimate.Passages.High);
        // Blanks where a text is cut are in the one count and not in the other.
        var tokens = context.Chunks.Sum(c => (long)c.TokenCount) + (passages * 3);
        Assert.InRange(tokens, estimate.Tokens.Low * 98 / 100, estimate.Tokens.High);
        Assert.True(estimate.Tokens.High < 2 * estimate.Tokens.Low, estimate.ToString());
    }

    [Fact]
    public async Task Of_passages_that_are_in_the_database_the_numbers_are_exact_for_another_embedder_too()
    {
        await using var host = await PipelineHost.CreateAsync(
            postgres,
            settings: Settings with
            {
                DefaultEmbedder = OfflineEmbeddingGenerator.Info.Id,
            }
        );
        for (var i = 0; i < 5; i++)
        {
            host.Library.Add($"K{i}", $"Title {i}").With("a.pdf", string.Join(' ', Enumerable.Range(0, 900).Select(n => $"w{i * n}")));
        }

        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await using var context = host.Database.NewContext();
        var project = context.Projects.Single(p => p.Id == host.ProjectId);

        var free = await host.Get<EstimateService>().OfSourceAsync(project, "/library", null, null, Token);
        var paid = await host.Get<EstimateService>().OfSourceAsync(project, "/library", Model, null, Token);

        Assert.Equal((5, 5, 0), (free.Documents, free.Done, free.Tokens.High));
        Assert.Equal((0, context.Chunks.Count()), (paid.Done, paid.Passages.Low));
        Assert.Equal(paid.Passages.Low, paid.Passages.High);
        Assert.Equal(
            context.Chunks.Sum(c => c.TokenCount) + (context.Chunks.Count() * 5),
            paid.Tokens.Low,
            tolerance: context.Chunks.Count() * 2
        );
        Assert.Contains(paid.Basis, b => b.Contains("their numbers are exact", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_without_a_price_costs_an_unknown_amount_and_not_nothing()
    {
        await using var host = await PipelineHost.CreateAsync(
            postgres,
            settings: Settings with
            {
                DefaultEmbedder = "openai/unheard-of@8",
            }
        );
        var path = Path.Combine(_folder.Write("t.csv", "title,text\nT,Some words.\n").Root, "t.csv");

        var estimate = await host.Get<EstimateService>().OfSourceAsync(null, path, null, null, Token);

        Assert.Null(estimate.Cost);
        Assert.Contains("not known", estimate.Basis[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<< /Type /Pages /Kids [3 0 R] /Count 3 >>", 3)]
    [InlineData("<</Count 12/Resources<</Font<<>>>>/Kids[1 0 R 2 0 R]/Type/Pages>> <</Type/Pages/Count 5>>", 12)]
    [InlineData("<< /Type /Pages /Parent << /Count 9 >> /Count 2 >>", 2)]
    [InlineData("<< /Type /Outlines /Count 7 >> << /Type /Page >>", null)]
    [InlineData("<< /Type /Pages /Count 3 >> trailer << /Encrypt 5 0 R >>", null)]
    public void Pages_are_counted_in_the_page_tree(string pdf, int? pages)
    {
        var bytes = Encoding.Latin1.GetBytes("%PDF-1.7\n1 0 obj\n" + pdf + "\nendobj\n");

        Assert.Equal(pages, PdfPageCount.Find(bytes, bytes.Length));
    }

    [Fact]
    public void Pages_are_counted_in_compressed_object_streams_too()
    {
        var inner = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(inner, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write("2 0 3 40 <</Type/Pages/Kids[3 0 R]/Count 41>><</Type/Page>>"u8);
        }

        byte[] pdf =
        [
            .. "%PDF-1.7\n4 0 obj\n<</Type/ObjStm/N 2/First 9/Filter/FlateDecode/Length 60>>\nstream\r\n"u8,
            .. inner.ToArray(),
            .. "\nendstream\nendobj\n"u8,
        ];

        Assert.Equal(41, PdfPageCount.Find(pdf, pdf.Length));
    }
}
