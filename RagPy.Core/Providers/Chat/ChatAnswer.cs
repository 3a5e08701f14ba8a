using System.Text.Json;
using Microsoft.Extensions.AI;

namespace RagPy.Core.Providers.Chat;

/// <summary>What a chat model answered.</summary>
/// <param name="Text">Empty when there is none.</param>
/// <param name="Refusal">Why the model does not answer, where the provider marks that as such.</param>
/// <param name="FinishReason">Why it ended; null when not said.</param>
/// <param name="InputTokens">Null when not said, as <paramref name="OutputTokens"/>.</param>
/// <param name="Cost">US dollars; null when not said.</param>
/// <param name="Model">The model that answered, which may be a certain version of the one asked; null when not said.</param>
internal sealed record ChatAnswer(
    string Text,
    string? Refusal,
    ChatFinishReason? FinishReason,
    long? InputTokens,
    long? OutputTokens,
    decimal? Cost,
    string? Model
)
{
    /// <summary>A property, or null where it is missing, null or the parent is no object.</summary>
    public static JsonElement? Property(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent
        && parent.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A text; null where there is none.</summary>
    public static string? StringOf(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A number of tokens; null where there is none.</summary>
    public static long? NumberOf(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
