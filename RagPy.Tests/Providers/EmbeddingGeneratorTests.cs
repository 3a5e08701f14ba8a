using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Providers;

public sealed class OpenAIEmbeddingTests : EmbeddingGeneratorConformance
{
    private readonly OpenAISimulator _simulator = new();

    protected override string Id => "openai/text-embedding-3-large@256";

    protected override int Dimension => 256;

    internal override Simulator Simulator => _simulator;

    internal override EmbeddingVectors Vectors => _simulator.Vectors;

    private protected override RagPySettings Settings =>
        new() { OpenAIApiKey = OpenAISimulator.Key, OpenAIBaseUrl = $"{_simulator.Address}v1" };

    protected override void Refuse(string word) => _simulator.Refused = word;

    /// <summary>The published answer schema has numbers only, although base64 can be asked for: the answers are checked in the compatible server's test.</summary>
    protected override void CheckContract()
    {
        if (ApiContract.Find("openai-subset.openapi.json") is { } contract)
        {
            Assert.DoesNotContain(contract.Check(_simulator.Exchanges), p => !p.Contains("/embedding", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_shorter_dimension_is_asked_for_and_vectors_come_as_base64()
    {
        await Generator.GenerateAsync(["text"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(256, LastRequest.GetProperty("dimensions").GetInt32());
        Assert.Equal("base64", LastRequest.GetProperty("encoding_format").GetString());
    }

    [Fact]
    public async Task A_wrong_key_is_said_without_showing_it()
    {
        await using var services = CreateServices(
            new RagPySettings { OpenAIApiKey = "sk-wrong", OpenAIBaseUrl = $"{_simulator.Address}v1" }
        );

        var thrown = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            services.GetRequiredService<IEmbedderRegistry>().Get(Id).GenerateAsync(["text"])
        );

        Assert.Equal(FailureCode.ProviderAuth, thrown.Failure.Code);
        Assert.Contains("OPENAI_API_KEY", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-wrong", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_key_is_an_error_of_this_feature_in_words()
    {
        using var services = CreateServices(new RagPySettings());
        var registry = services.GetRequiredService<IEmbedderRegistry>();

        Assert.Equal("offline-hash/1", registry.Default.Id);
        Assert.Contains(
            "OPENAI_API_KEY",
            Assert.ThrowsAny<InvalidOperationException>(() => registry.Describe(Id)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("openai/")]
    [InlineData("nobody/model@3")]
    [InlineData("openai/text-embedding-3-large@0")]
    [InlineData("openai/text-embedding-3-large@many")]
    [InlineData("openai/unknown-model")]
    [InlineData("")]
    public void An_id_that_names_nothing_is_refused_in_words(string id)
    {
        using var services = CreateServices(Settings);

        Assert.NotEmpty(
            Assert.ThrowsAny<InvalidOperationException>(() => services.GetRequiredService<IEmbedderRegistry>().Describe(id)).Message
        );
    }
}

public sealed class AzureEmbeddingTests : EmbeddingGeneratorConformance
{
    private readonly OpenAISimulator _simulator = new() { Dimension = 1536 };

    protected override string Id => "azure/my-text-embedding-3-small";

    protected override int Dimension => 1536;

    internal override Simulator Simulator => _simulator;

    internal override EmbeddingVectors Vectors => _simulator.Vectors;

    private protected override RagPySettings Settings =>
        new() { AzureOpenAIApiKey = OpenAISimulator.Key, AzureOpenAIEndpoint = _simulator.Address.AbsoluteUri };

    protected override void Refuse(string word) => _simulator.Refused = word;

    [Fact]
    public async Task The_deployment_and_the_version_are_in_the_path_and_the_key_in_its_own_header()
    {
        await Generator.GenerateAsync(["text"], cancellationToken: TestContext.Current.CancellationToken);

        var exchange = _simulator.Exchanges.Single();
        Assert.Equal("/openai/deployments/my-text-embedding-3-small/embeddings", exchange.Path);
        Assert.Equal("?api-version=2024-10-21", exchange.Query);
        Assert.Equal("", exchange.RequestHeaders.Authorization.ToString());
    }
}

public sealed class CompatibleEmbeddingTests : EmbeddingGeneratorConformance
{
    private readonly OpenAISimulator _simulator = new() { Dimension = 1024 };

    protected override string Id => "compatible/intfloat/multilingual-e5-large@1024";

    protected override int Dimension => 1024;

    internal override Simulator Simulator => _simulator;

    internal override EmbeddingVectors Vectors => _simulator.Vectors;

    private protected override RagPySettings Settings =>
        new() { CompatibleApiKey = OpenAISimulator.Key, CompatibleBaseUrl = $"{_simulator.Address}v1" };

    protected override void Refuse(string word) => _simulator.Refused = word;

    protected override void CheckContract() =>
        Assert.Empty(ApiContract.Find("openai-subset.openapi.json")?.Check(_simulator.Exchanges) ?? []);

    [Fact]
    public async Task Only_what_every_server_knows_is_asked_for()
    {
        await Generator.GenerateAsync(["text"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("float", LastRequest.GetProperty("encoding_format").GetString());
        Assert.False(LastRequest.TryGetProperty("dimensions", out _));
    }
}

public sealed class MistralEmbeddingTests : EmbeddingGeneratorConformance
{
    private readonly MistralEmbeddingSimulator _simulator = new();

    protected override string Id => "mistral/mistral-embed";

    protected override int Dimension => 1024;

    internal override Simulator Simulator => _simulator;

    internal override EmbeddingVectors Vectors => _simulator.Vectors;

    private protected override RagPySettings Settings =>
        new() { MistralApiKey = MistralEmbeddingSimulator.Key, MistralApiBaseUrl = _simulator.Address.AbsoluteUri };

    protected override void Refuse(string word) => _simulator.Refused = word;

    protected override void CheckContract() =>
        Assert.Empty(ApiContract.Find("mistral-subset.openapi.json")?.Check(_simulator.Exchanges) ?? []);
}

public sealed class OllamaEmbeddingTests : EmbeddingGeneratorConformance
{
    private readonly OllamaSimulator _simulator = new();

    protected override string Id => "ollama/nomic-embed-text";

    protected override int Dimension => 768;

    internal override Simulator Simulator => _simulator;

    internal override EmbeddingVectors Vectors => _simulator.Vectors;

    private protected override RagPySettings Settings => new() { OllamaBaseUrl = _simulator.Address.AbsoluteUri };

    protected override void Refuse(string word) => _simulator.Refused = word;

    private protected override void PrepareUnknownModel(string model) => _simulator.Models.Add(model);

    [Fact]
    public async Task A_model_that_was_not_pulled_is_said()
    {
        await using var services = CreateServices(Settings);

        var thrown = await Assert.ThrowsAsync<Core.Providers.ProviderRefusedException>(() =>
            services.GetRequiredService<IEmbedderRegistry>().Get("ollama/bge-m3").GenerateAsync(["text"])
        );

        Assert.Contains("pulling", thrown.Message, StringComparison.Ordinal);
        Assert.False(thrown.MayPassInParts);
    }

    [Fact]
    public async Task Texts_are_never_cut_silently()
    {
        await Generator.GenerateAsync(["text"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.False(LastRequest.GetProperty("truncate").GetBoolean());
    }
}
