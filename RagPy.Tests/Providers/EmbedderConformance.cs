using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;
using Xunit;

namespace RagPy.Tests.Providers;

/// <summary>What every embedder must do, wherever it computes; each is a class that says how it is set up.</summary>
public abstract class EmbedderConformance : IAsyncLifetime
{
    private ServiceProvider _services = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Id of the embedder.</summary>
    protected abstract string Id { get; }

    /// <summary>Dimension that its vectors have.</summary>
    protected abstract int Dimension { get; }

    private protected abstract RagPySettings Settings { get; }

    private protected IEmbedderRegistry Registry => _services.GetRequiredService<IEmbedderRegistry>();

    private protected IEmbeddingGenerator<string, Embedding<float>> Generator => Registry.Get(Id);

    public virtual ValueTask InitializeAsync()
    {
        _services = CreateServices(Settings);
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task No_texts_have_no_vectors() => Assert.Empty(await Generator.GenerateAsync([], cancellationToken: Token));

    [Fact]
    public async Task Each_text_has_its_own_vector_whatever_stands_beside_it()
    {
        string[] texts = ["one", "deux, avec des accents é œ", "three \"quoted\" \\ and a line\nbreak", "四", "one", new string('x', 300)];

        var together = await Generator.GenerateAsync(texts, cancellationToken: Token);

        Assert.Equal(texts.Length, together.Count);
        Assert.Equal(together[0].Vector.ToArray(), together[4].Vector.ToArray());
        for (var i = 0; i < texts.Length; i++)
        {
            var alone = (await Generator.GenerateAsync([texts[i]], cancellationToken: Token))[0].Vector.ToArray();
            Assert.Equal(Dimension, alone.Length);
            Assert.All(alone.Zip(together[i].Vector.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }
    }

    [Fact]
    public void It_tells_what_it_is()
    {
        var metadata = Assert.IsType<EmbeddingGeneratorMetadata>(Generator.GetService(typeof(EmbeddingGeneratorMetadata)));
        Assert.Equal(Dimension, metadata.DefaultModelDimensions);
        Assert.Equal(Dimension, Registry.Describe(Id).Dimension);
        Assert.Equal(Registry.Describe(Id), Generator.GetService(typeof(EmbedderInfo)));
        Assert.Same(Generator, Generator.GetService(typeof(IEmbeddingGenerator)));
        Assert.Null(Generator.GetService(typeof(EmbedderInfo), "key"));
    }

    [Fact]
    public void Its_id_names_it_again()
    {
        var id = Registry.Describe(Id).Id;

        Assert.Equal(id, Registry.Describe(id).Id);
        Assert.Same(Generator, Registry.Get(id));
    }

    [Fact]
    public async Task Work_that_is_not_wanted_any_more_is_not_begun() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Generator.GenerateAsync(["text"], cancellationToken: new CancellationToken(canceled: true))
        );

    private protected static ServiceProvider CreateServices(RagPySettings settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddLogging();
        services.AddSingleton(new PipelineOptions());
        services.AddSingleton(TestWaits.Short);
        services.AddRagPyProviders();
        services.AddSingleton<OfflineEmbeddingGenerator>();
        services.AddSingleton<IEmbedderRegistry, ConfiguredEmbedders>();
        return services.BuildServiceProvider();
    }
}
