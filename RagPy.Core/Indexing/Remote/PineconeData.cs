using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Operations of Pinecone's data API on one index. An index that does not answer, or is not there any more, is described anew the next time.</summary>
internal sealed class PineconeData(StoreClient client, PineconeIndexes indexes)
{
    /// <summary>Most ids that one deletion takes (<c>DeleteRequest</c>).</summary>
    private const int MostRemoved = 1_000;

    /// <summary>Ids that one fetch asks for; they stand in the address, which may not be long.</summary>
    private const int Fetched = 40;

    private const int PageSize = 100;

    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];

    /// <summary>Writes some of the points from a place on, as many as fit.</summary>
    /// <returns>Where those begin that did not fit.</returns>
    public async Task<int> UpsertAsync(
        PineconeIndex index,
        PineconeProject project,
        IReadOnlyList<IndexPoint> points,
        int start,
        int end,
        CancellationToken cancellationToken
    )
    {
        var (buffer, scratch) = (Rent(), Rent());
        try
        {
            var next = PineconeJson.WritePoints(buffer, scratch, project, points, start, end);
            var call = CallOf(index, HttpMethod.Post, "vectors/upsert", StoreOperations.Write) with { Body = () => buffer.WrittenMemory };
            await SendAsync(index, call, answer => PineconeJson.RequireAll(answer, next - start), cancellationToken).ConfigureAwait(false);
            return next;
        }
        finally
        {
            buffer.ResetWrittenCount();
            _buffers.Add(buffer);
            _buffers.Add(scratch);
        }
    }

    /// <summary>Ids that begin with a prefix, page by page, of a namespace.</summary>
    public async IAsyncEnumerable<List<string>> ListAsync(
        PineconeIndex index,
        string space,
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        string? from = null;
        do
        {
            var token = from is null ? "" : $"&paginationToken={Uri.EscapeDataString(from)}";
            var path = $"vectors/list?namespace={space}&prefix={prefix}&limit={PageSize}{token}";
            var call = CallOf(index, HttpMethod.Get, prefix.Length == 0 ? path.Replace("&prefix=", "", StringComparison.Ordinal) : path);
            var page = await FindAsync(index, call, static answer => new Page(PineconeJson.ReadIds(answer)), cancellationToken)
                .ConfigureAwait(false);
            if (page is null)
            {
                yield break;
            }

            yield return page.Content.Ids;
            from = page.Content.Next;
        } while (from is not null);
    }

    /// <summary>Number of ids that begin with a prefix.</summary>
    public async Task<int> CountAsync(PineconeIndex index, string space, string prefix, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var page in ListAsync(index, space, prefix, cancellationToken).ConfigureAwait(false))
        {
            count += page.Count;
        }

        return count;
    }

    /// <summary>Points of a namespace by their ids.</summary>
    public async Task<List<IndexPoint>> FetchAsync(
        PineconeIndex index,
        PineconeProject project,
        IReadOnlyList<string> ids,
        CancellationToken cancellationToken
    )
    {
        var points = new List<IndexPoint>(ids.Count);
        foreach (var part in ids.Chunk(Fetched))
        {
            var path = $"vectors/fetch?namespace={project.Namespace}&{string.Join('&', part.Select(id => $"ids={id}"))}";
            var found = await FindAsync(
                    index,
                    CallOf(index, HttpMethod.Get, path),
                    answer => PineconeJson.ReadPoints(answer, project.State.AverageLength),
                    cancellationToken
                )
                .ConfigureAwait(false);
            points.AddRange(found ?? []);
        }

        return points;
    }

    /// <summary>Removes points by their ids.</summary>
    public async Task RemoveAsync(PineconeIndex index, string space, IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        foreach (var part in ids.Chunk(MostRemoved))
        {
            var call = StoreCall.With(
                HttpMethod.Post,
                "vectors/delete",
                StoreOperations.Remove,
                json => PineconeJson.WriteRemoval(json, space, part)
            );
            await FindAsync(index, At(index, call), static _ => "", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Best points of a namespace; none when there is no such namespace.</summary>
    /// <param name="write">Writes the body.</param>
    public async Task<List<PointHit>> QueryAsync(
        PineconeIndex index,
        Action<Utf8JsonWriter> write,
        bool ofTerms,
        CancellationToken cancellationToken
    )
    {
        var call = StoreCall.With(HttpMethod.Post, "query", StoreOperations.Query, write);
        return await FindAsync(index, At(index, call), answer => PineconeJson.ReadHits(answer, ofTerms), cancellationToken)
                .ConfigureAwait(false)
            ?? [];
    }

    /// <summary>Number of points in a namespace, about.</summary>
    public async Task<long> SizeAsync(PineconeIndex index, string space, CancellationToken cancellationToken)
    {
        var call = CallOf(index, HttpMethod.Get, $"namespaces/{space}");
        var size = await FindAsync(
                index,
                call,
                static answer => (object)(answer.TryGetProperty("record_count", out var count) ? count.GetInt64() : 0L),
                cancellationToken
            )
            .ConfigureAwait(false);
        return (long?)size ?? 0;
    }

    /// <summary>Removes a namespace with everything in it.</summary>
    public Task DropAsync(PineconeIndex index, string space, CancellationToken cancellationToken) =>
        FindAsync(
            index,
            CallOf(index, HttpMethod.Delete, $"namespaces/{space}", StoreOperations.Manage),
            static _ => "",
            cancellationToken
        );

    private async Task<T> SendAsync<T>(PineconeIndex index, StoreCall call, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(call, read, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransientFailureException or ProviderRefusedException)
        {
            indexes.Forget(index);
            throw;
        }
    }

    private async Task<T?> FindAsync<T>(PineconeIndex index, StoreCall call, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await SendAsync(index, call, read, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderRefusedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private static StoreCall CallOf(PineconeIndex index, HttpMethod method, string path, string operation = StoreOperations.Read) =>
        At(index, new StoreCall(method, path, operation));

    private static StoreCall At(PineconeIndex index, StoreCall call) => call with { Endpoint = index.Data, Headers = PineconeJson.Headers };

    private ArrayBufferWriter<byte> Rent() => _buffers.TryTake(out var used) ? used : new ArrayBufferWriter<byte>();

    private sealed record Page((List<string> Ids, string? Next) Content);
}
