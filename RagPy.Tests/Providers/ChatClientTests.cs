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

public sealed class OpenAIChatTests : ChatClientConformance
{
    private readonly OpenAISimulator _simulator = new();

    protected override string Id => "openai/gpt-4o-mini";

    internal override Simulator Simulator => _simulator;

    internal override SimulatedChat Chat => _simulator.Chat;

    private protected override RagPySettings Settings =>
        new() { OpenAIApiKey = OpenAISimulator.Key, OpenAIBaseUrl = $"{_simulator.Address}v1" };

    protected override void CheckContract() =>
        Assert.Empty(ApiContract.Find("openai-subset.openapi.json")?.Check(_simulator.Exchanges) ?? []);

    [Fact]
    public async Task A_refusal_is_told_apart_from_an_answer()
    {
        Chat.Reply = _ => new SimulatedReply("", Refusal: "I cannot help with that.");

        var response = await AskAsync();

        var error = Assert.Single(response.Messages[0].Contents.OfType<ErrorContent>());
        Assert.Equal((RemoteChatClient.RefusalCode, "I cannot help with that."), (error.ErrorCode, error.Message));
        Assert.Equal("", response.Text);
        CheckContract();
    }

    [Fact]
    public async Task An_older_model_is_asked_with_the_older_limit_from_its_first_refusal_on()
    {
        _simulator.IsOldModel = true;

        await AskAsync();
        await AskAsync();

        Assert.Equal(3, _simulator.Exchanges.Count);
        Assert.All(Chat.Requests, r => Assert.Equal(8000, r.GetProperty("max_tokens").GetInt32()));
    }

    [Fact]
    public async Task A_wrong_key_is_said_without_showing_it()
    {
        await using var services = CreateServices(Settings with { OpenAIApiKey = "sk-wrong" });

        var thrown = await Assert.ThrowsAsync<DocumentFailedException>(() =>
            services.GetRequiredService<IChatModels>().Get(Id).GetResponseAsync("x", cancellationToken: Token)
        );

        Assert.Equal(FailureCode.ProviderAuth, thrown.Failure.Code);
        Assert.DoesNotContain("sk-wrong", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt-4o", "openai/gpt-4o")]
    [InlineData("openai/gpt-4o", "openai/gpt-4o")]
    [InlineData("anthropic/claude-sonnet-4", "openrouter/anthropic/claude-sonnet-4")]
    [InlineData("openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o")]
    [InlineData("compatible/org/model", "compatible/org/model")]
    [InlineData("mistralai/mistral-small", "openrouter/mistralai/mistral-small")]
    [InlineData("ollama/qwen3:8b", "ollama/qwen3:8b")]
    public void A_name_says_who_runs_the_model(string name, string id) => Assert.Equal(id, ChatModelName.TryParse(name)?.Id);

    [Theory]
    [InlineData("")]
    [InlineData("/model")]
    [InlineData("openai/")]
    [InlineData("two words")]
    [InlineData("openrouter/anthropic/claude")]
    [InlineData("compatible/model")]
    public async Task A_name_without_a_model_or_a_key_is_refused_in_words(string name)
    {
        await using var services = CreateServices(Settings);

        Assert.NotEmpty(
            Assert.Throws<ProviderNotConfiguredException>(() => services.GetRequiredService<IChatModels>().Require(name)).Message
        );
    }

    [Fact]
    public async Task Without_a_key_of_OpenRouter_its_models_are_stood_in_for_as_in_the_original()
    {
        await using var services = CreateServices(Settings);
        var models = services.GetRequiredService<IChatModels>();

        Assert.Equal("openai/gpt-4o-mini", models.Require("anthropic/claude-sonnet-4").Id);
        await models.Get("anthropic/claude-sonnet-4").GetResponseAsync("x", cancellationToken: Token);
        Assert.Equal("gpt-4o-mini", LastRequest.GetProperty("model").GetString());
    }
}

public sealed class AzureChatTests : ChatClientConformance
{
    private readonly OpenAISimulator _simulator = new();

    protected override string Id => "azure/my-gpt";

    internal override Simulator Simulator => _simulator;

    internal override SimulatedChat Chat => _simulator.Chat;

    private protected override RagPySettings Settings =>
        new() { AzureOpenAIApiKey = OpenAISimulator.Key, AzureOpenAIEndpoint = _simulator.Address.AbsoluteUri };

    [Fact]
    public async Task The_deployment_is_in_the_path_and_a_reasoning_model_learnt_from_its_refusals()
    {
        _simulator.IsReasoningModel = true;

        await AskAsync();
        await AskAsync();

        Assert.All(_simulator.Exchanges, e => Assert.Equal("/openai/deployments/my-gpt/chat/completions", e.Path));
        Assert.Equal([400, 400, 200, 200], _simulator.Exchanges.Select(e => e.Status));
        Assert.All(Chat.Requests, r => Assert.Equal((8000, null), Sampling(r)));
    }
}

public sealed class OpenRouterChatTests : ChatClientConformance
{
    private readonly OpenAISimulator _simulator = new() { ChatCost = 0.00012 };

    protected override string Id => "openrouter/anthropic/claude-sonnet-4";

    internal override Simulator Simulator => _simulator;

    internal override SimulatedChat Chat => _simulator.Chat;

    private protected override RagPySettings Settings =>
        new() { OpenRouterApiKey = OpenAISimulator.Key, OpenRouterBaseUrl = $"{_simulator.Address}v1" };

    [Fact]
    public async Task What_the_call_cost_is_taken_over()
    {
        var response = await AskAsync();

        Assert.Equal(0.00012m, response.AdditionalProperties![RemoteChatClient.CostKey]);
        Assert.Equal("anthropic/claude-sonnet-4", LastRequest.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("""{"error":{"code":502,"message":"Provider returned error"}}""")]
    [InlineData(
        """{"choices":[{"index":0,"error":{"code":429,"message":"slow down"},"finish_reason":"error","message":{"role":"assistant","content":"Half"}}]}"""
    )]
    [InlineData("""{"choices":[{"index":0,"finish_reason":"error","message":{"role":"assistant","content":"Half"}}]}""")]
    [InlineData("""{"choices":[]}""")]
    public async Task An_error_within_a_success_is_tried_again(string body)
    {
        _simulator.RawChats.Enqueue(body);

        Assert.Equal("Bonjour.", (await AskAsync()).Text);
    }

    [Fact]
    public async Task An_empty_account_within_a_success_is_said()
    {
        _simulator.RawChats.Enqueue("""{"error":{"code":402,"message":"Insufficient credits"}}""");

        var thrown = await Assert.ThrowsAsync<DocumentFailedException>(() => AskAsync());

        Assert.Equal(FailureCode.ProviderQuota, thrown.Failure.Code);
    }
}

public sealed class CompatibleChatTests : ChatClientConformance
{
    private readonly OpenAISimulator _simulator = new() { IsOldModel = true };

    protected override string Id => "compatible/meta-llama/Llama-3.3-70B-Instruct";

    internal override Simulator Simulator => _simulator;

    internal override SimulatedChat Chat => _simulator.Chat;

    private protected override RagPySettings Settings =>
        new() { CompatibleApiKey = OpenAISimulator.Key, CompatibleBaseUrl = $"{_simulator.Address}v1" };
}

public sealed class MistralChatTests : ChatClientConformance
{
    private readonly MistralChatSimulator _simulator = new();

    protected override string Id => "mistral/mistral-small-latest";

    internal override Simulator Simulator => _simulator;

    internal override SimulatedChat Chat => _simulator.Chat;

    private protected override RagPySettings Settings =>
        new() { MistralApiKey = MistralChatSimulator.Key, MistralApiBaseUrl = _simulator.Address.AbsoluteUri };

    protected override void CheckContract() =>
        Assert.Empty(ApiContract.Find("mistral-subset.openapi.json")?.Check(_simulator.Exchanges) ?? []);

    [Fact]
    public async Task The_end_of_the_models_window_is_a_cut_answer_too()
    {
        Chat.Reply = _ => new SimulatedReply("The beginning of", "model_length");

        Assert.Equal(ChatFinishReason.Length, (await AskAsync()).FinishReason);
    }
}

public sealed class OllamaChatTests : ChatClientConformance
{
    private readonly OllamaSimulator _simulator = new();

    protected override string Id => "ollama/llama3.2";

    internal override Simulator Simulator => _simulator;

    internal override SimulatedChat Chat => _simulator.Chat;

    private protected override RagPySettings Settings => new() { OllamaBaseUrl = _simulator.Address.AbsoluteUri };

    private protected override void PrepareModel(string model) => _simulator.Models.Add(model);

    protected override (int? Limit, double? Temperature) Sampling(JsonElement request)
    {
        var options = request.GetProperty("options");
        return (
            options.TryGetProperty("num_predict", out var limit) ? limit.GetInt32() : null,
            options.TryGetProperty("temperature", out var temperature) ? temperature.GetDouble() : null
        );
    }

    protected override string ImageOf(JsonElement request) =>
        request.GetProperty("messages").EnumerateArray().Last().GetProperty("images").EnumerateArray().Single().GetString()!;

    [Fact]
    public async Task The_context_is_asked_for_as_large_as_question_and_answer_need()
    {
        await AskAsync(new ChatMessage(ChatRole.User, new string('x', 30_000)));

        Assert.Equal(32_768, LastRequest.GetProperty("options").GetProperty("num_ctx").GetInt32());
        Assert.False(LastRequest.GetProperty("stream").GetBoolean());
    }
}
