using System.Text.Json;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Providers;

/// <summary>What every remote embedder must do, whatever its provider; each is a class that says how it is set up.</summary>
public abstract class EmbeddingGeneratorConformance : EmbedderConformance
{
    /// <summary>Model by which the simulator computes vectors.</summary>
    protected virtual string Model => EmbedderName.TryParse(Id)!.Model;

    internal abstract Simulator Simulator { get; }

    internal abstract EmbeddingVectors Vectors { get; }

    /// <summary>Lets the simulator refuse texts with this word in them.</summary>
    protected abstract void Refuse(string word);

    /// <summary>Checks what was exchanged against what is published; does nothing where nothing is.</summary>
    protected virtual void CheckContract() { }

    public override async ValueTask InitializeAsync()
    {
        await Simulator.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Simulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Vectors_come_exactly_as_given_and_in_the_order_of_the_texts()
    {
        string[] texts = ["one", "deux, avec des accents é œ", "three \"quoted\" \\ and a line\nbreak", "四"];

        var generated = await Generator.GenerateAsync(texts, cancellationToken: Token);

        Assert.Equal(texts.Select(t => EmbeddingVectors.Of(Model, t, Dimension)), generated.Select(g => g.Vector.ToArray()));
        Assert.True(generated.Usage?.InputTokenCount > 0);
        Assert.Single(Simulator.Exchanges);
        CheckContract();
    }

    [Fact]
    public async Task Nothing_is_asked_for_no_texts()
    {
        Assert.Empty(await Generator.GenerateAsync([], cancellationToken: Token));
        Assert.Empty(Simulator.Exchanges);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task A_trouble_that_passes_is_not_noticed(int status)
    {
        Simulator.Faults.Add(Fault.WithStatus(status));

        Assert.Single(await Generator.GenerateAsync(["text"], cancellationToken: Token));

        Assert.Equal(2, Simulator.Exchanges.Count);
        Assert.Equal(1, Vectors.Total);
        CheckContract();
    }

    [Fact]
    public async Task A_cut_connection_and_a_broken_answer_are_tried_again()
    {
        Simulator.Faults.Add(Fault.Cut);
        Simulator.Faults.Add(Fault.Truncated);

        var generated = await Generator.GenerateAsync(["text"], cancellationToken: Token);

        Assert.Equal(EmbeddingVectors.Of(Model, "text", Dimension), generated[0].Vector.ToArray());
        Assert.Equal(3, Simulator.Exchanges.Count);
    }

    [Fact]
    public async Task Retry_after_is_waited_for()
    {
        Simulator.Faults.Add(Fault.TooManyRequests(TimeSpan.FromSeconds(1)));
        var begun = TimeProvider.System.GetTimestamp();

        Assert.Single(await Generator.GenerateAsync(["text"], cancellationToken: Token));

        Assert.True(TimeProvider.System.GetElapsedTime(begun) >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_long_retry_after_is_the_callers_to_wait_for()
    {
        Simulator.Faults.Add(Fault.TooManyRequests(TimeSpan.FromMinutes(2)), times: int.MaxValue);

        var thrown = await Assert.ThrowsAsync<TransientFailureException>(() => Generator.GenerateAsync(["text"], cancellationToken: Token));

        Assert.Equal(TimeSpan.FromMinutes(2), thrown.RetryAfter);
        Assert.Equal(FailureCode.ProviderQuota, thrown.Failure.Code);
        Assert.Single(Simulator.Exchanges);
    }

    [Fact]
    public async Task A_refused_text_is_said_to_be_refused_and_not_asked_for_again()
    {
        Refuse("forbidden");

        var thrown = await Assert.ThrowsAsync<ProviderRefusedException>(() =>
            Generator.GenerateAsync(["a forbidden text"], cancellationToken: Token)
        );

        Assert.True(thrown.MayPassInParts);
        Assert.Equal(FailureCode.ProviderError, thrown.Failure.Code);
        Assert.Single(Simulator.Exchanges);
    }

    [Fact]
    public async Task A_vector_of_zeros_is_never_taken()
    {
        Vectors.ZeroFor = "zero";

        await Assert.ThrowsAsync<ProviderRefusedException>(() => Generator.GenerateAsync(["fine", "zero"], cancellationToken: Token));
    }

    [Fact]
    public async Task A_batch_that_comes_back_with_a_hole_is_never_taken()
    {
        Simulator.Faults.Add(Fault.InItems(1));

        await Assert.ThrowsAsync<ProviderRefusedException>(() => Generator.GenerateAsync(["a", "b", "c"], cancellationToken: Token));
    }

    [Fact]
    public async Task Vectors_of_another_dimension_are_refused_with_the_name_to_write()
    {
        var other = $"{EmbedderName.TryParse(Id)!.Provider}/unheard-of@333";
        PrepareUnknownModel("unheard-of");

        var thrown = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            Registry.Get(other).GenerateAsync(["text"], cancellationToken: Token)
        );

        Assert.Equal(FailureCode.ProviderError, thrown.Failure.Code);
        Assert.Contains("@", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("333", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_call_at_once()
    {
        Simulator.Faults.Latency = TimeSpan.FromMinutes(5);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = Generator.GenerateAsync(["text"], cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public void It_tells_its_limits() => Assert.IsType<EmbeddingLimits>(Generator.GetService(typeof(EmbeddingLimits)));

    /// <summary>Lets the simulator know a model of this name.</summary>
    private protected virtual void PrepareUnknownModel(string model) { }

    private protected JsonElement LastRequest => JsonDocument.Parse(Simulator.Exchanges.Last().RequestBody).RootElement;
}
