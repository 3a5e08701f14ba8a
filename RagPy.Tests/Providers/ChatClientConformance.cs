using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;
using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.Providers;

/// <summary>What every chat client must do, whatever its provider; each is a class that says how it is set up.</summary>
public abstract class ChatClientConformance : IAsyncLifetime
{
    private const string Awkward = "é œ « 四 » \"quoted\" \\ and a line\nbreak";

    private ServiceProvider _services = null!;

    /// <summary>Name of the model.</summary>
    protected abstract string Id { get; }

    internal abstract Simulator Simulator { get; }

    internal abstract SimulatedChat Chat { get; }

    private protected abstract RagPySettings Settings { get; }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static ChatOptions Options => new() { Temperature = 0.3f, MaxOutputTokens = 8000 };

    private protected IChatClient Client => _services.GetRequiredService<IChatModels>().Get(Id);

    private protected JsonElement LastRequest => Chat.Requests.Last();

    public async ValueTask InitializeAsync()
    {
        await Simulator.StartAsync();
        _services = CreateServices(Settings);
        Chat.Reply = _ => new SimulatedReply("Bonjour.");
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Simulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The limit of the answer and the temperature, as the simulator got them.</summary>
    protected virtual (int? Limit, double? Temperature) Sampling(JsonElement request) =>
        (
            request.TryGetProperty("max_completion_tokens", out var limit) || request.TryGetProperty("max_tokens", out limit)
                ? limit.GetInt32()
                : null,
            request.TryGetProperty("temperature", out var temperature) ? temperature.GetDouble() : null
        );

    /// <summary>The image of a request's last message, as base64.</summary>
    protected virtual string ImageOf(JsonElement request)
    {
        var part = request
            .GetProperty("messages")
            .EnumerateArray()
            .Last()
            .GetProperty("content")
            .EnumerateArray()
            .Single(p => p.GetProperty("type").GetString() == "image_url");
        var url = part.GetProperty("image_url").GetProperty("url").GetString()!;
        const string prefix = "data:image/png;base64,";
        Assert.StartsWith(prefix, url, StringComparison.Ordinal);
        return url[prefix.Length..];
    }

    /// <summary>Checks what was exchanged against what is published; does nothing where nothing is.</summary>
    protected virtual void CheckContract() { }

    [Fact]
    public async Task Messages_arrive_as_they_are_and_so_does_the_answer_with_its_tokens()
    {
        Chat.Reply = _ => new SimulatedReply($"Réponse: {Awkward}");

        var response = await AskAsync(new ChatMessage(ChatRole.System, "Tu corriges."), new ChatMessage(ChatRole.User, Awkward));

        Assert.Equal($"Réponse: {Awkward}", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.True(response.Usage is { InputTokenCount: > 0, OutputTokenCount: > 0 });
        var messages = LastRequest.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["system", "user"], messages.Select(m => m.GetProperty("role").GetString()));
        Assert.Equal(["Tu corriges.", Awkward], messages.Select(m => m.GetProperty("content").GetString()));
        Assert.Equal((8000, 0.3), Sampling(LastRequest));
        CheckContract();
    }

    [Fact]
    public async Task Without_options_none_are_sent()
    {
        await Client.GetResponseAsync("Bonjour", cancellationToken: Token);

        Assert.Equal((null, null), Sampling(LastRequest));
        CheckContract();
    }

    [Fact]
    public async Task An_image_goes_along_with_its_text()
    {
        byte[] image = [137, 80, 78, 71, 13, 10, 26, 10, 255, 251, 239];

        await AskAsync(new ChatMessage(ChatRole.User, [new TextContent("Lis la page."), new DataContent(image, "image/png")]));

        Assert.Equal("Lis la page.", SimulatedChat.AskedIn(LastRequest));
        Assert.Equal(Convert.ToBase64String(image), ImageOf(LastRequest));
        CheckContract();
    }

    [Fact]
    public async Task What_is_neither_text_nor_image_is_not_sent()
    {
        var message = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "application/pdf")]);

        await Assert.ThrowsAsync<NotSupportedException>(() => AskAsync(message));

        Assert.Empty(Simulator.Exchanges);
    }

    [Fact]
    public async Task An_answer_that_was_cut_at_its_limit_says_so()
    {
        Chat.Reply = _ => new SimulatedReply("The beginning of", "length");

        Assert.Equal(ChatFinishReason.Length, (await AskAsync()).FinishReason);
        CheckContract();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task A_trouble_that_passes_is_not_noticed(int status)
    {
        Simulator.Faults.Add(Fault.WithStatus(status));

        Assert.Equal("Bonjour.", (await AskAsync()).Text);

        Assert.Equal(2, Simulator.Exchanges.Count);
        Assert.Single(Chat.Requests);
    }

    [Fact]
    public async Task A_cut_connection_and_a_broken_answer_are_tried_again()
    {
        Simulator.Faults.Add(Fault.Cut);
        Simulator.Faults.Add(Fault.Truncated);

        Assert.Equal("Bonjour.", (await AskAsync()).Text);
        Assert.Equal(3, Simulator.Exchanges.Count);
    }

    [Fact]
    public async Task A_long_retry_after_is_the_callers_to_wait_for()
    {
        Simulator.Faults.Add(Fault.TooManyRequests(TimeSpan.FromMinutes(2)), times: int.MaxValue);

        var thrown = await Assert.ThrowsAsync<TransientFailureException>(() => AskAsync());

        Assert.Equal(TimeSpan.FromMinutes(2), thrown.RetryAfter);
        Assert.Equal(FailureCode.ProviderQuota, thrown.Failure.Code);
        Assert.Single(Simulator.Exchanges);
    }

    [Fact]
    public async Task A_refused_prompt_is_said_to_be_refused_and_not_sent_again()
    {
        Chat.Refused = "forbidden";

        var thrown = await Assert.ThrowsAsync<ProviderRefusedException>(() => AskAsync(new ChatMessage(ChatRole.User, "a forbidden text")));

        Assert.Equal(FailureCode.ProviderError, thrown.Failure.Code);
        Assert.Single(Simulator.Exchanges);
    }

    [Fact]
    public async Task A_call_that_takes_too_long_is_ended_and_tried_again()
    {
        Simulator.Faults.Add(Fault.Slow(TimeSpan.FromMinutes(5)));
        var options = new ChatOptions { AdditionalProperties = ProviderCall.For("party", 10, TimeSpan.FromSeconds(1)) };

        var response = await Client.GetResponseAsync("Bonjour", options, Token);

        Assert.Equal("Bonjour.", response.Text);
    }

    [Fact]
    public async Task Cancelling_ends_the_call_at_once()
    {
        Simulator.Faults.Latency = TimeSpan.FromMinutes(5);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = Client.GetResponseAsync("Bonjour", cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task No_more_calls_are_inside_than_allowed_whatever_the_model()
    {
        await using var services = CreateServices(Settings with { MaxConcurrentLlmCalls = 2 });
        var (inside, most) = (0, 0);
        var gate = new Lock();
        Simulator.Faults.Latency = TimeSpan.FromMilliseconds(20);
        Simulator.OnInside = change =>
        {
            lock (gate)
            {
                most = Math.Max(most, inside += change);
            }
        };
        PrepareModel("another");
        var other = ChatModelName.TryParse(Id)! with { Model = "another" };

        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    services
                        .GetRequiredService<IChatModels>()
                        .Get(i % 2 == 0 ? Id : other.Id)
                        .GetResponseAsync("x", cancellationToken: Token)
                )
        );

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_streamed_answer_is_the_same()
    {
        var text = "";
        await foreach (var update in Client.GetStreamingResponseAsync("Bonjour", cancellationToken: Token))
        {
            text += update.Text;
        }

        Assert.Equal("Bonjour.", text);
    }

    [Fact]
    public void It_tells_what_it_is()
    {
        var metadata = Assert.IsType<ChatClientMetadata>(Client.GetService(typeof(ChatClientMetadata)));
        var name = ChatModelName.TryParse(Id)!;
        Assert.Equal((name.Provider, name.Model), (metadata.ProviderName, metadata.DefaultModelId));
    }

    private protected Task<ChatResponse> AskAsync(params ChatMessage[] messages) =>
        Client.GetResponseAsync(messages.Length == 0 ? [new ChatMessage(ChatRole.User, "Bonjour")] : messages, Options, Token);

    private protected static ServiceProvider CreateServices(RagPySettings settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddLogging();
        services.AddSingleton(TestWaits.Short);
        services.AddRagPyProviders();
        return services.BuildServiceProvider();
    }

    /// <summary>Lets the simulator know a model of this name.</summary>
    private protected virtual void PrepareModel(string model) { }
}
