using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Embedding;
using RagPy.Core.Embedding.Onnx;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Search;
using RagPy.Core.Settings;
using RagPy.Tests.Providers;
using Xunit;

namespace RagPy.Tests.Embedding;

/// <summary>A local model whose vectors can be computed by hand.</summary>
public sealed class OnnxEmbeddingTests : EmbedderConformance
{
    private readonly TinyModel _model = new();
    private readonly string _models = Directory.CreateTempSubdirectory("ragpy-onnx-").FullName;

    protected override string Id => "onnx/tiny";

    protected override int Dimension => TinyModel.Dimension;

    private protected override RagPySettings Settings => new() { OnnxModels = _models };

    public override async ValueTask InitializeAsync()
    {
        _model.Write(Folder("tiny"));
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_models, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_text_has_the_mean_of_its_tokens_without_those_of_padding()
    {
        var generated = await Generator.GenerateAsync(["The libraries.", "cafe"], cancellationToken: Token);

        AssertNear(_model.Mean("the", "libra", "##ries", "."), generated[0]);
        AssertNear(_model.Mean("cafe"), generated[1]);
        Assert.Equal(6 + 3, generated.Usage?.InputTokenCount);
    }

    [Fact]
    public async Task A_text_may_have_the_vector_of_its_first_or_last_token_or_the_largest_components()
    {
        foreach (var name in new[] { "cls_token", "lasttoken", "max_tokens" })
        {
            _model.Write(Folder(name), $"pooling_mode_{name}");
        }

        string[] texts = ["the cafe", "the"];
        var (cls, sep, the) = (Row("[CLS]"), Row("[SEP]"), Row("the"));
        AssertNear(UnitVector.Of(cls), (await Registry.Get("onnx/cls_token").GenerateAsync(texts, cancellationToken: Token))[1]);
        AssertNear(UnitVector.Of(sep), (await Registry.Get("onnx/lasttoken").GenerateAsync(texts, cancellationToken: Token))[1]);
        AssertNear(
            UnitVector.Of([.. Enumerable.Range(0, Dimension).Select(i => Math.Max(cls[i], Math.Max(sep[i], the[i])))]),
            (await Registry.Get("onnx/max_tokens").GenerateAsync(texts, cancellationToken: Token))[1]
        );
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_divided_and_nothing_of_it_is_cut_off()
    {
        // 20 tokens where 14 have room: two pieces of ten.
        var words = Enumerable.Repeat("the", 10).Concat(Enumerable.Repeat("cafe", 10)).ToArray();

        var vector = (await Generator.GenerateAsync([string.Join(' ', words)], cancellationToken: Token))[0];

        var (first, second) = (_model.Mean(words[..10]), _model.Mean(words[10..]));
        AssertNear(UnitVector.Of([.. first.Zip(second, (a, b) => a + b)]), vector);
    }

    [Fact]
    public async Task Queries_and_passages_get_the_prompts_of_the_model()
    {
        _model.Write(Folder("prompted"), prompts: """{"prompts": {"query": "query: ", "document": ""}}""");
        _model.Write(Folder("tiny-e5"));

        AssertNear(_model.Mean("query", ":", "cafe"), await QueryAsync("onnx/prompted"));
        AssertNear(_model.Mean("cafe"), (await Registry.Get("onnx/prompted").GenerateAsync(["cafe"], cancellationToken: Token))[0]);
        AssertNear(_model.Mean("query", ":", "cafe"), await QueryAsync("onnx/tiny-e5"));
        AssertNear(
            _model.Mean("passage", ":", "cafe"),
            (await Registry.Get("onnx/tiny-e5").GenerateAsync(["cafe"], cancellationToken: Token))[0]
        );
        AssertNear(_model.Mean("cafe"), await QueryAsync(Id));
    }

    [Fact]
    public async Task A_zero_vector_is_never_taken_and_the_other_texts_are()
    {
        var hollow = new TinyModel();
        foreach (var token in new[] { "[CLS]", "[SEP]", "." })
        {
            hollow.Clear(TinyModel.IdOf(token));
        }

        hollow.Write(Folder("hollow"));
        var generator = Registry.Get("onnx/hollow");

        Assert.Single(await generator.GenerateAsync(["the"], cancellationToken: Token));
        var thrown = await Assert.ThrowsAsync<ProviderRefusedException>(() =>
            generator.GenerateAsync(["the", "."], cancellationToken: Token)
        );
        Assert.True(thrown.MayPassInParts);
    }

    [Fact]
    public void A_replaced_model_is_another_embedder_and_the_old_one_is_missed_in_words()
    {
        var old = Registry.Describe(Id).Id;
        Assert.Matches("^onnx/tiny:[0-9a-f]{12}$", old);
        _model.Write(Folder("copy"));
        File.SetLastWriteTimeUtc(Path.Combine(Folder("tiny"), "model.onnx"), DateTime.UnixEpoch);
        Assert.Equal(old, Registry.Describe(Id).Id);
        Assert.Equal(old.Split(':')[1], Registry.Describe("onnx/copy").Id.Split(':')[1]);

        new TinyModel(seed: 2).Write(Folder("tiny"));

        Assert.NotEqual(old, Registry.Describe(Id).Id);
        Assert.Contains("choose onnx/tiny again", Missing(old), StringComparison.Ordinal);
        _model.Write(Folder("tiny"), "pooling_mode_cls_token");
        Assert.Contains("no longer", Missing(old), StringComparison.Ordinal);
        _model.Write(Folder("tiny"));
        Assert.Equal(old, Registry.Describe(old).Id);
    }

    [Fact]
    public async Task The_dimension_is_that_of_the_model_or_what_to_write_is_said()
    {
        Assert.Equal(Registry.Describe(Id), Registry.Describe("onnx/tiny@8"));
        Assert.Contains("8 components", Missing("onnx/tiny@9"), StringComparison.Ordinal);
        File.Delete(Path.Combine(Folder("tiny"), "config.json"));
        File.Delete(Path.Combine(Folder("tiny"), "1_Pooling", "config.json"));
        Assert.Contains("behind the name", Missing(Id), StringComparison.Ordinal);

        AssertNear(_model.Mean("cafe"), (await Registry.Get("onnx/tiny@8").GenerateAsync(["cafe"], cancellationToken: Token))[0]);
        var thrown = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            Registry.Get("onnx/tiny@9").GenerateAsync(["cafe"], cancellationToken: Token)
        );
        Assert.Contains("onnx/tiny@8", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_used_is_said_in_words()
    {
        Assert.Contains("RAGPY_ONNX_MODELS has tiny", Missing("onnx/absent"), StringComparison.Ordinal);
        Assert.Contains("no local model", Missing("onnx/../" + Path.GetFileName(_models) + "/tiny"), StringComparison.Ordinal);
        await using (var unset = CreateServices(new RagPySettings()))
        {
            var thrown = Assert.Throws<ProviderNotConfiguredException>(() => unset.GetRequiredService<IEmbedderRegistry>().Describe(Id));
            Assert.Contains("RAGPY_ONNX_MODELS is not set", thrown.Message, StringComparison.Ordinal);
        }

        _model.Write(Folder("weighted"), "pooling_mode_weightedmean_tokens");
        Assert.Contains("weightedmean", Missing("onnx/weighted"), StringComparison.Ordinal);
        _model.Write(Folder("odd"));
        _model.WriteModel(Path.Combine(Folder("odd"), "model.onnx"), unknownInput: "pixels");
        Assert.Contains("pixels", await UnusableAsync("onnx/odd"), StringComparison.Ordinal);
        _model.Write(Folder("broken"));
        await File.WriteAllTextAsync(Path.Combine(Folder("broken"), "model.onnx"), "no model", Token);
        Assert.Contains("cannot be loaded", await UnusableAsync("onnx/broken"), StringComparison.Ordinal);
        _model.Write(Folder("mute"));
        File.Delete(Path.Combine(Folder("mute"), "vocab.txt"));
        Assert.Contains("no tokenizer", Missing("onnx/mute"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Folder("mute"), "tokenizer.json"), """{"model": {"type": "WordLevel"}}""", Token);
        Assert.Contains("WordLevel", await UnusableAsync("onnx/mute"), StringComparison.Ordinal);

        var found = new OnnxModels(Settings).Find().ToDictionary(f => f.Id);
        Assert.True(found["onnx/tiny"].IsUsable);
        Assert.Contains("8 dimensions", found["onnx/tiny"].Text, StringComparison.Ordinal);
        Assert.False(found["onnx/mute"].IsUsable || found["onnx/weighted"].IsUsable);
    }

    [Fact]
    public async Task One_folder_may_be_named_and_the_model_may_lie_where_exporters_put_it()
    {
        var folder = Folder("tiny");
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        File.Move(Path.Combine(folder, "model.onnx"), Path.Combine(folder, "onnx", "model.onnx"));
        await using var services = CreateServices(new RagPySettings { OnnxModels = folder + "/" });

        var generator = services.GetRequiredService<IEmbedderRegistry>().Get(Id);

        AssertNear(_model.Mean("cafe"), (await generator.GenerateAsync(["cafe"], cancellationToken: Token))[0]);
    }

    [Fact]
    public void Batches_hold_every_piece_once_within_the_bounds_of_memory()
    {
        var random = new Random(1);
        var pieces = Enumerable.Range(0, 500).Select(_ => new int[random.Next(1, OnnxModelReader.LongestPiece + 1)]).ToList();

        var batches = OnnxPieces.Batches(pieces).ToList();

        Assert.Equal(Enumerable.Range(0, 500), batches.SelectMany(b => b).Order());
        Assert.All(
            batches,
            batch =>
            {
                var width = (long)batch.Max(i => pieces[i].Length);
                Assert.True(batch.Length * width <= 4096 && batch.Length * width * width <= 2048 * 2048, $"{batch.Length} of {width}");
            }
        );
    }

    private string Folder(string name) => Path.Combine(_models, name);

    private float[] Row(string token) => _model.Row(TinyModel.IdOf(token));

    private string Missing(string id) => Assert.Throws<ProviderNotConfiguredException>(() => Registry.Describe(id)).Message;

    private async Task<string> UnusableAsync(string id) =>
        (
            await Assert.ThrowsAsync<ProviderNotConfiguredException>(() =>
                Registry.Get(id).GenerateAsync(["cafe"], cancellationToken: Token)
            )
        ).Message;

    private async Task<Embedding<float>> QueryAsync(string id) =>
        (
            await Registry
                .Get(id)
                .GenerateAsync(["cafe"], new EmbeddingGenerationOptions { AdditionalProperties = ProviderCall.ForQuery() }, Token)
        )[0];

    private static void AssertNear(float[] expected, Embedding<float> actual) =>
        Assert.All(expected.Zip(actual.Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
}
