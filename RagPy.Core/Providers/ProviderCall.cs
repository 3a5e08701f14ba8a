using Microsoft.Extensions.AI;

namespace RagPy.Core.Providers;

/// <summary>What our callers tell a client of <c>Microsoft.Extensions.AI</c> beyond what its options have room for, in their additional properties.</summary>
internal static class ProviderCall
{
    private const string PartyKey = "ragpy.party";
    private const string TokensKey = "ragpy.tokens";
    private const string TimeoutKey = "ragpy.timeout";
    private const string KeptKey = "ragpy.kept";
    private const string QueryKey = "ragpy.query";

    /// <summary>Properties that carry who the call is for, its tokens, and how long it may take.</summary>
    /// <param name="party">Calls take turns between parties; a session's id.</param>
    /// <param name="tokens">Tokens of what is sent, as the caller counted them; 0 when it did not.</param>
    /// <param name="timeout">Null for the client's own.</param>
    /// <param name="kept">As <see cref="ProviderRequest.Kept"/>.</param>
    public static AdditionalPropertiesDictionary For(string party, int tokens, TimeSpan? timeout = null, CallPlaces? kept = null)
    {
        var properties = new AdditionalPropertiesDictionary { [PartyKey] = party, [TokensKey] = tokens };
        if (timeout is { } time)
        {
            properties[TimeoutKey] = time;
        }

        if (kept is not null)
        {
            properties[KeptKey] = kept;
        }

        return properties;
    }

    /// <summary>Properties of a query's call: some embedders want to be told a query from a passage.</summary>
    public static AdditionalPropertiesDictionary ForQuery() => new() { [QueryKey] = true };

    /// <summary>Whether the text is a query, and not a passage.</summary>
    public static bool IsQuery(AdditionalPropertiesDictionary? properties) => Find<bool?>(properties, QueryKey) ?? false;

    /// <summary>Who a call is for; empty when not said.</summary>
    public static string PartyOf(AdditionalPropertiesDictionary? properties) => Find<string>(properties, PartyKey) ?? "";

    /// <summary>Tokens of a call as its caller counted them; 0 when not said.</summary>
    public static int TokensOf(AdditionalPropertiesDictionary? properties) => Find<int?>(properties, TokensKey) ?? 0;

    /// <summary>What takes the call's places over; null when not said.</summary>
    public static CallPlaces? KeptOf(AdditionalPropertiesDictionary? properties) => Find<CallPlaces>(properties, KeptKey);

    /// <summary>How long a call may take; null when not said.</summary>
    public static TimeSpan? TimeoutOf(AdditionalPropertiesDictionary? properties) => Find<TimeSpan?>(properties, TimeoutKey);

    private static T? Find<T>(AdditionalPropertiesDictionary? properties, string key) =>
        properties?.TryGetValue(key, out var value) == true && value is T found ? found : default;
}
