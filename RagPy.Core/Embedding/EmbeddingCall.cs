using Microsoft.Extensions.AI;

namespace RagPy.Core.Embedding;

/// <summary>What our callers tell a generator beyond the texts, in <see cref="EmbeddingGenerationOptions.AdditionalProperties"/>.</summary>
internal static class EmbeddingCall
{
    private const string PartyKey = "ragpy.party";
    private const string TokensKey = "ragpy.tokens";
    private const string QueryKey = "ragpy.query";

    /// <summary>Options of a query's call: some models want to be told a query from a passage.</summary>
    public static EmbeddingGenerationOptions ForQuery() =>
        new() { AdditionalProperties = new AdditionalPropertiesDictionary { [QueryKey] = true } };

    /// <summary>Options that carry who the call is for, and its tokens.</summary>
    public static EmbeddingGenerationOptions For(string party, int tokens) =>
        new()
        {
            AdditionalProperties = new AdditionalPropertiesDictionary { [PartyKey] = party, [TokensKey] = tokens },
        };

    /// <summary>Who a call is for; empty when not said.</summary>
    public static string PartyOf(EmbeddingGenerationOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(PartyKey, out var party) == true && party is string name ? name : "";

    /// <summary>Tokens of a call as its caller counted them; 0 when not said.</summary>
    public static int TokensOf(EmbeddingGenerationOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(TokensKey, out var tokens) == true && tokens is int count ? count : 0;

    /// <summary>Whether the text is a query, and not a passage.</summary>
    public static bool IsQuery(EmbeddingGenerationOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(QueryKey, out var query) == true && query is true;
}
