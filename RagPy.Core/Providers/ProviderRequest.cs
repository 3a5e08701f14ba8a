namespace RagPy.Core.Providers;

/// <summary>One exchange with a remote engine.</summary>
/// <param name="Path">Below the endpoint's base address.</param>
/// <param name="Operation">What it is for, in metrics and traces: <c>embeddings</c>, <c>chat</c>, <c>ocr</c>, <c>files</c>, <c>batch</c>.</param>
/// <param name="Content">Makes the body, once for each try; null for none.</param>
internal sealed record ProviderRequest(ProviderEndpoint Endpoint, string Path, string Operation, Func<HttpContent>? Content = null)
{
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>Headers beside those of authorization and content; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Model asked for, in metrics and traces; also part of the gate's name, since providers limit models apart.</summary>
    public string Model { get; init; } = "";

    /// <summary>Who the work is for (a session), so that calls take turns between them.</summary>
    public string Party { get; init; } = "";

    /// <summary>Tokens the provider will count for this call, as far as known here.</summary>
    public int Tokens { get; init; }

    /// <summary>Longest time of one try, from the first byte sent to the last byte read.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest answer taken, in bytes.</summary>
    public long MaxAnswerBytes { get; init; } = 64L << 20;

    /// <summary>Calls of this kind at once; a cluster-wide number where Redis is there.</summary>
    public int MaxConcurrent { get; init; } = 4;

    /// <summary>Tokens a minute that may be asked for; 0 for no limit of ours.</summary>
    public int TokensPerMinute { get; init; }

    /// <summary>Takes the call's places over when it succeeds, for its owner to give back; null to give them back with the answer.</summary>
    public CallPlaces? Kept { get; init; }

    /// <summary>Tries in all, as long as each wait is short; after that the caller gives its work back.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Calls that share a gate keep one pace, which is the provider's.</summary>
    public string Gate => $"{Endpoint.Name}:{Operation}:{Model}";

    /// <summary>Calls that share a pool are counted together by <see cref="MaxConcurrent"/>, whatever their provider and model; those of one gate where not said.</summary>
    public string Pool
    {
        get => field ?? Gate;
        init;
    }
}
