using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Finds and makes the indexes by Pinecone's control API: one for each length of vectors, named after it, for all projects.</summary>
internal sealed class PineconeIndexes(StoreClient client, RemoteStoreOptions options, TimeProvider time)
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<int, PineconeIndex> _known = [];

    /// <summary>The index for vectors of a length, fit and ready; null when there is none.</summary>
    /// <exception cref="DocumentFailedException">It is not fit for our points; the message says what to do.</exception>
    /// <exception cref="TransientFailureException">It is not ready yet.</exception>
    public async Task<PineconeIndex?> FindAsync(int dimension, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(dimension, out var known))
        {
            return known;
        }

        return await DescribeAsync(dimension, cancellationToken).ConfigureAwait(false) is { } found ? Require(found) : null;
    }

    /// <summary>As the other; one that is missing is made where the operator has said in which cloud.</summary>
    /// <exception cref="DocumentFailedException">There is none, and none may be made.</exception>
    public async Task<PineconeIndex> EnsureAsync(int dimension, CancellationToken cancellationToken)
    {
        if (await FindAsync(dimension, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        await CreateAsync(dimension, cancellationToken).ConfigureAwait(false);
        var begun = time.GetTimestamp();
        for (var wait = TimeSpan.FromMilliseconds(100); ; wait = Next(wait))
        {
            var made = await DescribeAsync(dimension, cancellationToken).ConfigureAwait(false);
            if (made is { IsReady: true } || time.GetElapsedTime(begun) > s_longestStart)
            {
                return made is null ? throw NotReady(NameOf(dimension)) : Require(made);
            }

            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The index as it is described, fit or not; null when there is none.</summary>
    public Task<PineconeIndex?> DescribeAsync(int dimension, CancellationToken cancellationToken)
    {
        var name = NameOf(dimension);
        return client.FindAsync(
            new StoreCall(HttpMethod.Get, $"indexes/{name}", StoreOperations.Manage) { Headers = PineconeJson.Headers },
            answer => Read(answer, dimension),
            cancellationToken
        );
    }

    /// <summary>Asks anew when an index is needed again: the one that was known may have been replaced.</summary>
    public void Forget(PineconeIndex index) => _known.TryRemove(index.Dimension, out _);

    /// <summary>Name of the index for vectors of a length.</summary>
    public string NameOf(int dimension) => string.Create(CultureInfo.InvariantCulture, $"{options.PineconeIndex}-{dimension}");

    /// <summary>The next wait for something to become visible.</summary>
    public static TimeSpan Next(TimeSpan wait) => wait * 1.6 < TimeSpan.FromSeconds(2) ? wait * 1.6 : TimeSpan.FromSeconds(2);

    private PineconeIndex Require(PineconeIndex index)
    {
        if (index.Problem is { } problem)
        {
            throw new DocumentFailedException(FailureCode.ProviderError, problem);
        }

        return _known[index.Dimension] = index.IsReady ? index : throw NotReady(index.Name);
    }

    private async Task CreateAsync(int dimension, CancellationToken cancellationToken)
    {
        var name = NameOf(dimension);
        if (options.PineconeEnvironment is not { Length: > 0 } environment)
        {
            throw new DocumentFailedException(
                FailureCode.ProviderError,
                $"Pinecone has no index {name}. Make it (serverless, dense, dimension {dimension}, metric dotproduct), or say by PINECONE_ENV in which cloud and region it is to be made, for example aws-eu-west-1."
            );
        }

        if (environment.Split('-', 2) is not ["aws" or "gcp" or "azure", { Length: > 0 } region])
        {
            throw new DocumentFailedException(
                FailureCode.ProviderError,
                $"Pinecone has no index {name}, and PINECONE_ENV is '{environment}', which is no cloud and region such as aws-eu-west-1, gcp-europe-west4 or azure-eastus2."
            );
        }

        var cloud = environment[..environment.IndexOf('-', StringComparison.Ordinal)];
        var call = StoreCall.With(
            HttpMethod.Post,
            "indexes",
            StoreOperations.Manage,
            json => PineconeJson.WriteIndex(json, name, dimension, cloud, region)
        );
        try
        {
            await client.SendAsync(call with { Headers = PineconeJson.Headers }, cancellationToken).ConfigureAwait(false);
        }
        catch (TransientFailureException)
        {
            // Another process may have made it meanwhile, which is answered by 409; or the answer was lost.
            if (await DescribeAsync(dimension, cancellationToken).ConfigureAwait(false) is null)
            {
                throw;
            }
        }
    }

    private PineconeIndex Read(JsonElement answer, int dimension)
    {
        var name = answer.GetProperty("name").GetString()!;
        var status = answer.GetProperty("status");
        return new PineconeIndex(
            name,
            dimension,
            EndpointOf(name, answer.GetProperty("host").GetString()!),
            status.GetProperty("ready").GetBoolean(),
            ProblemOf(answer, name, dimension)
        );
    }

    private static string? ProblemOf(JsonElement answer, string name, int dimension)
    {
        var metric = answer.GetProperty("metric").GetString();
        var type = answer.GetProperty("vector_type").GetString();
        var length = answer.TryGetProperty("dimension", out var given) ? given.GetInt32() : 0;
        const string advice = "Delete it, or set PINECONE_INDEX to another name.";
        return answer.GetProperty("spec").TryGetProperty("pod", out _)
                ? $"Pinecone's index {name} is pod-based, and only serverless indexes can list their points. {advice}"
            : type != "dense" ? $"Pinecone's index {name} is for {type} vectors, and must be for dense ones. {advice}"
            : length != dimension ? $"Pinecone's index {name} has dimension {length}, and the vectors have {dimension}. {advice}"
            : metric != "dotproduct" ? $"Pinecone's index {name} has the metric {metric}, and search by words needs dotproduct. {advice}"
            : null;
    }

    /// <summary>
    /// Where an index is reached. The key goes there, so it must be a host by https; by http only where the operator's own address of the control API is of this machine
    /// and by http, as with an emulator.
    /// </summary>
    /// <exception cref="DocumentFailedException">It is anything else.</exception>
    private ProviderEndpoint EndpointOf(string index, string host)
    {
        var isLocal = options.PineconeUrl is { IsLoopback: true, Scheme: "http" };
        var text = host.Contains("://", StringComparison.Ordinal) ? host : $"{(isLocal ? "http" : "https")}://{host}";
        var isFit =
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
            && (
                isLocal
                    ? url.IsLoopback
                    : url is { Scheme: "https", HostNameType: UriHostNameType.Dns } && url.Host.Contains('.', StringComparison.Ordinal)
            );
        return isFit
            ? new ProviderEndpoint(StoreKinds.Pinecone, url!, options.PineconeKey, "PINECONE_API_KEY", PineconeJson.KeyHeader)
            : throw new DocumentFailedException(
                FailureCode.ProviderError,
                $"Pinecone says that the index {index} is at '{host}', which is no host that a key may be sent to. The operator must look at PINECONE_BASE_URL."
            );
    }

    private static TransientFailureException NotReady(string name) =>
        new(new Failure(FailureCode.ProviderError, $"Pinecone's index {name} is not ready yet."));
}
