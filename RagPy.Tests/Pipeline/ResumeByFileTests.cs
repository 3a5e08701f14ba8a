using System.Text;
using System.Text.Json;
using RagPy.Core.Embedding;
using RagPy.Core.Exports;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using RagPy.Tests.Sources;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Sessions that start from one of the original's intermediate files, and what of them comes out again.</summary>
public sealed class ResumeByFileTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Model = "text-embedding-3-large";
    private readonly OpenAISimulator _simulator = new();
    private readonly LibraryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RagPySettings Settings =>
        new()
        {
            DefaultEmbedder = $"openai/{Model}",
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
    public async Task Vectors_of_the_originals_model_are_taken_without_a_call_and_failed_ones_are_bought()
    {
        await using var host = await StartAsync(Settings);
        var file = new ChunkFile()
            .Document("111111111111", "AAAA1111", "a.pdf", ["The lighthouse.", "Its lens."], Unit)
            .Document("222222222222", "BBBB2222", "b.pdf", ["Bread rises."], _ => new float[3072])
            .Document("333333333333", "CCCC3333", "c.pdf", ["Twice as long."], text => [.. Unit(text).Select(c => 2 * c)]);

        var progress = await BringInAsync(host, "output_chunks_with_embeddings_sparse.json", file.Bytes);

        Assert.Equal((TaskState.Completed, 0, 3), (progress.State, progress.Failed, progress.Done));
        Assert.Equal(["Title of BBBB2222\nBread rises."], _simulator.Vectors.Bought.Keys);
        Assert.Contains(progress.Notes, n => n.StartsWith($"3 vectors of openai/{Model} taken", StringComparison.Ordinal));
        Assert.Contains(progress.Notes, n => n.StartsWith("1 vectors of zeros", StringComparison.Ordinal));
        await using var context = host.Database.NewContext();
        foreach (var chunk in context.Chunks.ToList().Where(c => c.Text != "Bread rises."))
        {
            var vector = DenseVectorCodec.Decode(chunk.Dense);
            Assert.True(Unit(chunk.Text).Zip(vector).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6), chunk.Text);
        }

        Assert.Equal(1, context.ProviderLedger.Count());
        await host.AssertCleanAsync();
    }

    [Fact]
    public async Task Passages_are_cited_by_item_without_a_page_and_found_by_their_words()
    {
        await using var host = await StartAsync();
        await BringInAsync(
            host,
            "output_chunks.json",
            new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["The keeper trims the wick.", "Granite blocks, dovetailed."]).Bytes
        );

        var request = new SearchRequest { Query = "granite dovetailed", Mode = SearchMode.Hybrid };
        var hit = (await host.Get<SearchService>().SearchAsync(host.ProjectId, request, Token)).Hits[0];

        Assert.Equal("Granite blocks, dovetailed.", hit.Passage);
        Assert.Null(hit.PageIndex);
        Assert.Null(hit.PageLabel);
        Assert.Equal(new CitedSection(2, null), hit.Section);
        Assert.Equal(["AAAA1111"], hit.Items.Select(i => i.Key));
    }

    [Fact]
    public async Task A_second_run_of_the_original_and_the_other_files_of_a_run_add_nothing()
    {
        await using var host = await StartAsync();
        var first = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One.", "Two."]).Document("2", "", "b.pdf", ["Three."]);
        var second = new ChunkFile().Document("8", "", "b.pdf", ["Three."]).Document("9", "AAAA1111", "a.pdf", ["One.", "Two."]);
        await BringInAsync(host, "output_chunks.json", first.Bytes);
        var points = await host.PointsAsync();

        var again = await BringInAsync(host, "output_chunks.json", first.Bytes);
        var other = await BringInAsync(host, "another run.json", second.Bytes);

        Assert.Equal((0, 0, 2), (again.Added, again.Changed, again.Unchanged));
        Assert.Equal((0, 0, 2), (other.Added, other.Changed, other.Unchanged));
        Assert.Equal(points, await host.PointsAsync());
        Assert.Equal(2, (await host.DocumentsAsync()).Length);
    }

    [Fact]
    public async Task Vectors_of_another_model_are_not_used_but_kept_for_a_change_of_embedder()
    {
        await using var host = await StartAsync(Settings with { DefaultEmbedder = OfflineEmbeddingGenerator.Info.Id });
        var file = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["The lighthouse.", "Its lens."], Unit);
        var progress = await BringInAsync(host, "x.json", file.Bytes);
        Assert.Contains(progress.Notes, n => n.Contains("not used: the project's embedder is offline-hash/1", StringComparison.Ordinal));

        var tasks = await host.Get<EmbedderChoice>().ChooseAsync(host.PersonId, host.ProjectId, $"openai/{Model}", Token);
        foreach (var task in tasks)
        {
            await host.WaitAsync(task.Id);
        }

        Assert.Equal(0, _simulator.Vectors.Total);
        Assert.All(await host.DocumentsAsync(), d => Assert.Equal($"openai/{Model}", d.Embedder));
    }

    [Fact]
    public async Task With_nothing_left_to_buy_a_cap_that_is_reached_stops_nothing()
    {
        await using var host = await PipelineHost.CreateAsync(postgres, settings: Settings);
        var path = Path.Combine(
            _folder.Write("x.json", new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One."], Unit).Bytes).Root,
            "x.json"
        );
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, path, null, Token);
        await host.Get<RagPy.Core.Providers.SpendingService>().SetCapAsync(host.PersonId, task.SessionId, 0, Token);

        await host.Worker.StartAsync(Token);
        var progress = await host.WaitAsync(task.Id);

        Assert.Equal((TaskState.Completed, 1), (progress.State, progress.Done));
    }

    [Fact]
    public async Task A_file_in_the_originals_layout_comes_out_as_it_went_in_field_by_field()
    {
        await using var host = await StartAsync(Settings);
        var file = new ChunkFile()
            .Document("482913375520", "AAAA1111", "Crazy Ones.pdf", ["First \"piece\" – misﬁts.\n\nLine two", "Second é \\ piece."], Unit)
            .Document("582913375520", "", "loose.pdf", ["Without a key."], Unit, provider: "openai")
            .Document("682913375520", "csv_4", "", ["A row."], Unit, provider: "csv")
            .Document("782913375520", "BBBB2222", "b.pdf", ["Nobody says what read it."], Unit, provider: "");

        var progress = await BringInAsync(host, "output_chunks_with_embeddings_sparse.json", file.Bytes);

        var before = JsonDocument.Parse(file.Bytes).RootElement.EnumerateArray().ToList();
        var export = await ExportAsync(host, ExportFile.SparseVectors, progress.SessionId);
        var after = JsonDocument.Parse(export).RootElement.EnumerateArray().ToList();
        Assert.Equal(before.Count, after.Count);
        foreach (var (original, ours) in before.Zip(after))
        {
            Assert.Equal(original.EnumerateObject().Select(p => p.Name), ours.EnumerateObject().Select(p => p.Name));
            Assert.Matches(@"^[1-9]\d{11}$", ours.GetProperty("doc_id").GetString());
            Assert.Equal($"{ours.GetProperty("doc_id")}_{ours.GetProperty("chunk_index")}", ours.GetProperty("id").GetString());
            foreach (
                var name in original.EnumerateObject().Select(p => p.Name).Except(["id", "doc_id", "date", "embedding", "sparse_embedding"])
            )
            {
                Assert.Equal((name, original.GetProperty(name).GetRawText()), (name, Raw(ours.GetProperty(name))));
            }

            Assert.Equal("2020", ours.GetProperty("date").GetString());
            Assert.Equal(
                original.GetProperty("embedding").EnumerateArray().Select(c => c.GetSingle()),
                ours.GetProperty("embedding").EnumerateArray().Select(c => c.GetSingle())
            );
            Assert.All(ours.GetProperty("embedding").EnumerateArray(), c => Assert.True(c.GetRawText().AsSpan().ContainsAny('.', 'e')));
            Assert.Equal(["indices", "values"], ours.GetProperty("sparse_embedding").EnumerateObject().Select(p => p.Name));
        }

        var table = await ExportAsync(host, ExportFile.Texts, progress.SessionId);
        Assert.Contains(
            "\"First \"\"piece\"\" – misﬁts.\n\nLine two\n\nSecond é \\\\ piece.\",legacy\r\n",
            table,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Our_own_four_files_give_the_same_four_files_from_another_project()
    {
        await using var host = await StartAsync(Settings);
        for (var i = 0; i < 12; i++)
        {
            var text = string.Join(
                "\n\n",
                Enumerable.Range(0, 300).Select(n => $"Paragraph {n} of text {i} tells of tides \\ and \"mills\".")
            );
            host.Library.Add($"KEYKEY{i:00}", $"Tides, mills & \\ {i}", "An abstract,\nof two lines.").With($"f{i}.pdf", text);
        }

        var original = await host.RunAsync();
        var bought = _simulator.Vectors.Total;
        var files = new Dictionary<ExportFile, string>();
        foreach (var file in ExportFiles.All)
        {
            files[file] = await ExportAsync(host, file, original.SessionId);
        }

        foreach (var (file, content) in files.Where(f => f.Key != ExportFile.Texts))
        {
            var progress = await BringInAsync(host, file.FileName(), Encoding.UTF8.GetBytes(content), await NewProjectAsync(host, file));

            Assert.Equal((TaskState.Completed, 0, 12), (progress.State, progress.Failed, progress.Done));
            foreach (var again in ExportFiles.All.Where(f => f <= file))
            {
                Assert.Equal(WithoutIds(files[again]), WithoutIds(await ExportAsync(host, again, progress.SessionId)));
            }
        }

        // Only the file without vectors needs a model.
        Assert.Equal(2 * bought, _simulator.Vectors.Total);
        var table = await BringInAsync(
            host,
            "output.csv",
            Encoding.UTF8.GetBytes(files[ExportFile.Texts]),
            await NewProjectAsync(host, ExportFile.Texts)
        );
        Assert.Equal(files[ExportFile.Texts], await ExportAsync(host, ExportFile.Texts, table.SessionId));
    }

    [Fact]
    public async Task The_originals_own_table_comes_out_as_it_went_in_but_for_ligatures_and_stray_blanks()
    {
        var sample = Path.Combine(SharedFolder.Path, "original", "sample", "output.csv");
        Assert.SkipUnless(File.Exists(sample), "The original's sample is not there.");
        await using var host = await StartAsync();
        var before = await File.ReadAllTextAsync(sample, Token);

        var progress = await BringInAsync(host, "output.csv", Encoding.UTF8.GetBytes(before));

        var after = await ExportAsync(host, ExportFile.Texts, progress.SessionId);
        var rows = Exports
            .OriginalCsvReader.Read(before.TrimStart('\uFEFF'), '\\')
            .Zip(Exports.OriginalCsvReader.Read(after.TrimStart('\uFEFF'), '\\'))
            .ToList();
        Assert.Equal(4, rows.Count);
        foreach (var (original, ours) in rows)
        {
            Assert.Equal(original.Select(field => RagPy.Core.Extraction.Sections.SectionText.Clean(field).Trim()), ours);
        }
    }

    private async Task<PipelineHost> StartAsync(RagPySettings? settings = null)
    {
        var host = await PipelineHost.CreateAsync(postgres, settings: settings);
        await host.Worker.StartAsync(Token);

        return host;
    }

    private static string Raw(JsonElement value) => value.GetRawText();

    /// <summary>Every line but those that hold what is numbered anew in each project.</summary>
    private static string[] WithoutIds(string json) =>
        [
            .. json.Split('\n')
                .Where(line =>
                    !line.StartsWith("    \"id\":", StringComparison.Ordinal)
                    && !line.StartsWith("    \"doc_id\":", StringComparison.Ordinal)
                ),
        ];

    private static float[] Unit(string text)
    {
        var vector = EmbeddingVectors.Of(Model, text, 3072);
        var norm = Math.Sqrt(vector.Sum(c => (double)c * c));

        return [.. vector.Select(c => (float)(c / norm))];
    }

    private static async Task<string> ExportAsync(PipelineHost host, ExportFile file, long session)
    {
        var output = new MemoryStream();
        await new OriginalExport(host.Database.DataSource).WriteAsync(file, session, output, Token);

        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static async Task<long> NewProjectAsync(PipelineHost host, ExportFile file) =>
        (await host.Get<ProjectService>().GetOrCreateAsync(host.PersonId, file.ToString(), Token)).Id;

    private async Task<TaskProgress> BringInAsync(PipelineHost host, string name, byte[] content, long? project = null)
    {
        var path = Path.Combine(_folder.Write(name, content).Root, name);
        var task = await host.Tasks.StartAsync(project ?? host.ProjectId, host.PersonId, path, null, Token);

        return await host.WaitAsync(task.Id);
    }
}
