using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Providers.Chat;

/// <summary>
/// A remote chat model: one request an answer. Messages may have text and images (<see cref="DataContent"/>). Taken of the options are temperature, the largest
/// number of tokens of the answer, instructions, and what <see cref="ProviderCall"/> carries. Why an answer ended is its <see cref="ChatResponse.FinishReason"/>;
/// a refusal that the provider marks as such is an <see cref="ErrorContent"/> of code <see cref="RefusalCode"/>. Thread safe.
/// </summary>
/// <param name="maxConcurrent">Chat calls at once, of whatever model.</param>
internal abstract class RemoteChatClient(ProviderClient client, ProviderEndpoint endpoint, string model, int maxConcurrent) : IChatClient
{
    /// <summary><see cref="ErrorContent.ErrorCode"/> of a refusal.</summary>
    public const string RefusalCode = "Refusal";

    /// <summary>Property of an answer: what it cost in US dollars, a <see cref="decimal"/>, where the provider says so.</summary>
    public const string CostKey = "ragpy.cost";

    /// <summary>All chat calls of all processes together.</summary>
    private const string Pool = "chat";

    /// <summary>A long answer takes its time: 8,000 tokens at 30 a second.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    private readonly ChatClientMetadata _metadata = new(endpoint.Name, endpoint.BaseUrl, model);

    protected string Model { get; } = model;

    protected ProviderEndpoint Endpoint { get; } = endpoint;

    /// <inheritdoc/>
    /// <exception cref="DocumentFailedException">Key or account: the message says what to set.</exception>
    /// <exception cref="ProviderRefusedException">The provider does not take this request.</exception>
    /// <exception cref="TransientFailureException">It did not work, and may later.</exception>
    /// <exception cref="NotSupportedException">A message has something that is neither text nor image.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatMessage> all = options?.Instructions is { Length: > 0 } instructions ? [new(ChatRole.System, instructions)] : [];
        all.AddRange(messages);
        var answer = await AskAsync(all, options, cancellationToken);
        var message = new ChatMessage(ChatRole.Assistant, answer.Text);
        if (answer.Refusal is { } refusal)
        {
            message.Contents.Add(new ErrorContent(refusal) { ErrorCode = RefusalCode });
        }

        return new ChatResponse(message)
        {
            ModelId = answer.Model ?? Model,
            FinishReason = answer.FinishReason,
            Usage = new UsageDetails
            {
                InputTokenCount = answer.InputTokens,
                OutputTokenCount = answer.OutputTokens,
                TotalTokenCount = answer.InputTokens + answer.OutputTokens,
            },
            AdditionalProperties = answer.Cost is { } cost ? new AdditionalPropertiesDictionary { [CostKey] = cost } : null,
        };
    }

    /// <summary>The whole answer at once: nobody here reads along.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Nothing to release: connections are the factory's.</summary>
    public void Dispose() { }

    /// <summary>Sends messages in the provider's form.</summary>
    protected abstract Task<ChatAnswer> AskAsync(
        IReadOnlyList<ChatMessage> messages,
        ChatOptions? options,
        CancellationToken cancellationToken
    );

    /// <summary>Sends one request.</summary>
    /// <param name="path">Below the endpoint's address.</param>
    /// <param name="write">Writes the properties of the body.</param>
    /// <param name="read">Reads the answer; throws <see cref="JsonException"/> when it is none.</param>
    protected Task<ChatAnswer> SendAsync(
        string path,
        Action<Utf8JsonWriter> write,
        Func<JsonElement, ChatAnswer> read,
        ChatOptions? options,
        CancellationToken cancellationToken
    )
    {
        var properties = options?.AdditionalProperties;
        var request = new ProviderRequest(Endpoint, path, "chat", JsonBody.Of(write, 16 << 10))
        {
            Model = Model,
            Pool = Pool,
            Party = ProviderCall.PartyOf(properties),
            Tokens = ProviderCall.TokensOf(properties),
            Timeout = ProviderCall.TimeoutOf(properties) ?? s_timeout,
            Kept = ProviderCall.KeptOf(properties),
            MaxConcurrent = maxConcurrent,
            MaxAnswerBytes = 16 << 20,
        };
        return client.SendAsync(request, Read, cancellationToken);

        ChatAnswer Read(ProviderAnswer answer)
        {
            using var document = JsonDocument.Parse(answer.Body);
            try
            {
                return read(document.RootElement);
            }
            catch (InvalidOperationException exception)
            {
                throw new JsonException("A text of the answer is half a character.", exception);
            }
        }
    }

    /// <summary>The texts of a message, one after the other.</summary>
    /// <exception cref="NotSupportedException">It has something that is neither text nor image.</exception>
    protected static string TextOf(ChatMessage message)
    {
        RequireKnown(message);
        return string.Concat(message.Contents.OfType<TextContent>().Select(c => c.Text));
    }

    protected static IEnumerable<DataContent> ImagesOf(ChatMessage message) => message.Contents.OfType<DataContent>();

    protected static string RoleOf(ChatMessage message) =>
        message.Role == ChatRole.System || message.Role == ChatRole.User || message.Role == ChatRole.Assistant
            ? message.Role.Value
            : throw new NotSupportedException($"Messages of the role {message.Role} are not sent.");

    private static void RequireKnown(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is not TextContent && !(content is DataContent data && data.HasTopLevelMediaType("image")))
            {
                throw new NotSupportedException($"{content.GetType().Name} is neither text nor an image in memory.");
            }
        }
    }
}
