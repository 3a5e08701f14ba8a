using System.Net;
using System.Text.Json;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Providers;

/// <summary>What a provider's answers mean for the work at hand (DESIGN §4.4): wrong key, money, refusal, or a trouble that may pass.</summary>
internal static class ProviderFailures
{
    private const int LongestMessage = 300;

    /// <summary>Codes by which providers say that the account has no money left, which waiting does not mend (OpenAI's guide "Error codes").</summary>
    private static readonly string[] s_outOfMoney =
    [
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "quota_exceeded",
    ];

    /// <summary>The exception for an answer that is no success.</summary>
    /// <param name="body">Its body, or as much of it as was read.</param>
    public static Exception Of(ProviderEndpoint endpoint, HttpStatusCode status, ReadOnlySpan<byte> body, TimeSpan? retryAfter)
    {
        var (message, code) = Read(body);
        var says = message.Length == 0 ? "" : $": {Redact(endpoint, message)}";
        var number = (int)status;
        return status switch
        {
            // The message is left out: some providers repeat a part of the key in it.
            HttpStatusCode.Unauthorized => new DocumentFailedException(
                FailureCode.ProviderAuth,
                $"{endpoint.Name} does not accept the key (401). {KeyAdvice(endpoint)}"
            ),
            HttpStatusCode.Forbidden => new DocumentFailedException(
                FailureCode.ProviderAuth,
                $"{endpoint.Name} does not allow this (403){says}. {KeyAdvice(endpoint)}"
            ),
            HttpStatusCode.PaymentRequired => OutOfMoney(endpoint, number, says),
            HttpStatusCode.TooManyRequests when s_outOfMoney.Contains(code) => OutOfMoney(endpoint, number, says),
            HttpStatusCode.TooManyRequests => new TransientFailureException(
                new Failure(FailureCode.ProviderQuota, $"{endpoint.Name} was asked too often (429){says}."),
                retryAfter
            ),
            HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict => Passing(endpoint, number, says, retryAfter),
            _ when number is 425 or >= 500 => Passing(endpoint, number, says, retryAfter),
            _ => new ProviderRefusedException(
                new Failure(FailureCode.ProviderError, $"{endpoint.Name} refused the request ({number}){says}."),
                number
            ),
        };
    }

    /// <summary>What an exception of a call means that no waiting mends; null for any other.</summary>
    public static Failure? Final(Exception exception) =>
        exception switch
        {
            ProviderRefusedException refused => refused.Failure,
            DocumentFailedException failed => failed.Failure,
            ProviderNotConfiguredException missing => new Failure(FailureCode.ProviderError, missing.Message),
            _ => null,
        };

    /// <summary>No key is set where one is needed.</summary>
    public static DocumentFailedException NoKey(string provider, string setting) =>
        new(FailureCode.ProviderAuth, $"{provider} needs a key: set {setting}.");

    /// <summary>No answer, or one that broke off.</summary>
    public static TransientFailureException NoAnswer(ProviderEndpoint endpoint, string what, Exception? inner = null) =>
        new(new Failure(FailureCode.ProviderError, $"{endpoint.Name} {what}."), retryAfter: null, inner);

    private static TransientFailureException Passing(ProviderEndpoint endpoint, int status, string says, TimeSpan? retryAfter) =>
        new(new Failure(FailureCode.ProviderError, $"{endpoint.Name} has trouble ({status}){says}."), retryAfter);

    private static DocumentFailedException OutOfMoney(ProviderEndpoint endpoint, int status, string says) =>
        new(FailureCode.ProviderQuota, $"The account at {endpoint.Name} has no credit left ({status}){says}.");

    private static string KeyAdvice(ProviderEndpoint endpoint) =>
        endpoint.KeySetting.Length == 0 ? "The operator must look at it." : $"Check {endpoint.KeySetting}.";

    private static string Redact(ProviderEndpoint endpoint, string message) =>
        string.IsNullOrEmpty(endpoint.Key) ? message : message.Replace(endpoint.Key, "…", StringComparison.Ordinal);

    /// <summary>The message and code in the shapes that occur: OpenAI's <c>error</c> object, Ollama's <c>error</c> text, Mistral's <c>message</c> and <c>detail</c>, Qdrant's <c>status.error</c>, Weaviate's list <c>error</c>.</summary>
    private static (string Message, string Code) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            var error = Property(root, "error") ?? (Property(root, "status") is { } state ? Property(state, "error") : null) ?? root;
            error = error.ValueKind == JsonValueKind.Array && error.GetArrayLength() > 0 ? error[0] : error;
            var message =
                error.ValueKind == JsonValueKind.String ? error : Property(error, "message") ?? Property(error, "detail") ?? default;
            var code = Property(error, "code") ?? Property(error, "type") ?? default;
            return (Shorten(message), code.ValueKind == JsonValueKind.String ? code.GetString()! : "");
        }
        catch (JsonException)
        {
            // A proxy's page, or cut off: the status says enough.
            return ("", "");
        }
    }

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string Shorten(JsonElement message)
    {
        var text = message.ValueKind switch
        {
            JsonValueKind.Undefined => "",
            JsonValueKind.String => message.GetString()!,
            _ => message.GetRawText(),
        };
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');
        return line.Length <= LongestMessage ? line : line[..LongestMessage] + "…";
    }
}
