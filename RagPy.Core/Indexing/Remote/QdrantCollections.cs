using System.Text.Json;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Makes, finds and removes the collections of projects in Qdrant.</summary>
internal sealed class QdrantCollections(StoreClient client, ProjectStores stores)
{
    private const string Average = "average_length";
    private const string FrozenAt = "average_of";
    private const string Version = "version";

    /// <summary>The project's collection, or null when it has none.</summary>
    public async Task<QdrantCollection?> FindAsync(long projectId, CancellationToken cancellationToken)
    {
        var row = await stores.FindAsync(projectId, StoreKinds.Qdrant, cancellationToken).ConfigureAwait(false);
        return row is null ? null : await ReadAsync(row.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The project's collection with room for vectors as the points have; made where it is missing.</summary>
    public async Task<QdrantCollection> EnsureAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        var dimensions = points.Select(p => p.Dense.Length).Where(d => d > 0).ToHashSet();
        if (await FindAsync(projectId, cancellationToken).ConfigureAwait(false) is { } found && dimensions.IsSubsetOf(found.Dimensions))
        {
            return found;
        }

        // Two who make the same collection would undo each other.
        await using var held = await stores.LockAsync(projectId, cancellationToken).ConfigureAwait(false);
        var row = await stores.GetOrCreateAsync(projectId, StoreKinds.Qdrant, cancellationToken).ConfigureAwait(false);
        var collection = await ReadAsync(row.Name, cancellationToken).ConfigureAwait(false);
        if (collection is null)
        {
            var average = await stores.MeasureLengthAsync(projectId, points, cancellationToken).ConfigureAwait(false);
            await CreateAsync(QdrantCollection.NameOf(row.Name, 1), 1, projectId, dimensions, average, points.Count, cancellationToken)
                .ConfigureAwait(false);
            await SetAliasAsync(row.Name, null, QdrantCollection.NameOf(row.Name, 1), cancellationToken).ConfigureAwait(false);
            return new QdrantCollection(row.Name, 1, dimensions, average, points.Count, 0);
        }

        foreach (var dimension in dimensions.Except(collection.Dimensions))
        {
            var path = $"collections/{collection.Physical}/vectors/{QdrantJson.DenseName(dimension)}?wait=true";
            var call = StoreCall.With(HttpMethod.Put, path, StoreOperations.Manage, json => QdrantJson.WriteDense(json, dimension));
            await client.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }

        return collection with
        {
            Dimensions = dimensions.Union(collection.Dimensions).ToHashSet(),
        };
    }

    /// <summary>Makes the successor of a collection, empty; one left over from an attempt that was cut off goes first.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateNextAsync(
        QdrantCollection old,
        long projectId,
        double averageLength,
        CancellationToken cancellationToken
    )
    {
        var name = QdrantCollection.NameOf(old.Alias, old.Version + 1);
        await CreateAsync(name, old.Version + 1, projectId, old.Dimensions, averageLength, old.Points, cancellationToken)
            .ConfigureAwait(false);
        return name;
    }

    /// <summary>Lets the alias name another collection, in one step, and removes the one it named before.</summary>
    public async Task SwitchAsync(QdrantCollection old, string name, CancellationToken cancellationToken)
    {
        await SetAliasAsync(old.Alias, old.Physical, name, cancellationToken).ConfigureAwait(false);
        await DropAsync(old.Physical, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Notes that the frozen average is right for as many points as there are now.</summary>
    public Task ConfirmAsync(QdrantCollection collection, CancellationToken cancellationToken) =>
        client.SendAsync(
            StoreCall.With(
                HttpMethod.Patch,
                $"collections/{collection.Physical}",
                StoreOperations.Manage,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteStartObject("metadata");
                    json.WriteNumber(FrozenAt, collection.Points);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
            ),
            cancellationToken
        );

    /// <summary>Removes everything of a project, also what was left of attempts that were cut off.</summary>
    public async Task RemoveAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await stores.FindAsync(projectId, StoreKinds.Qdrant, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return;
        }

        if (row.Name.Length == 0)
        {
            // Called off before anything was made.
            await stores.RemoveAsync(projectId, StoreKinds.Qdrant, cancellationToken).ConfigureAwait(false);
            return;
        }

        var names = await client
            .SendAsync(
                new StoreCall(HttpMethod.Get, "collections", StoreOperations.Manage),
                answer =>
                    answer
                        .GetProperty("result")
                        .GetProperty("collections")
                        .EnumerateArray()
                        .Select(c => c.GetProperty("name").GetString()!)
                        .Where(name => name.StartsWith($"{row.Name}_", StringComparison.Ordinal))
                        .ToList(),
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach (var name in names)
        {
            await DropAsync(name, cancellationToken).ConfigureAwait(false);
        }

        await stores.RemoveAsync(projectId, StoreKinds.Qdrant, cancellationToken).ConfigureAwait(false);
    }

    private async Task CreateAsync(
        string name,
        int version,
        long projectId,
        IReadOnlySet<int> dimensions,
        double averageLength,
        long points,
        CancellationToken cancellationToken
    )
    {
        await DropAsync(name, cancellationToken).ConfigureAwait(false);
        var create = StoreCall.With(
            HttpMethod.Put,
            $"collections/{name}",
            StoreOperations.Manage,
            json =>
                QdrantJson.WriteCollection(
                    json,
                    dimensions,
                    metadata =>
                    {
                        metadata.WriteNumber("project", projectId);
                        metadata.WriteNumber(Version, version);
                        metadata.WriteNumber(Average, averageLength);
                        metadata.WriteNumber(FrozenAt, points);
                    }
                )
        );
        await client.SendAsync(create, cancellationToken).ConfigureAwait(false);

        // Before the first point: a payload index made later does not shape the graph that filtered searches walk.
        foreach (var (field, type) in QdrantJson.IndexedFields)
        {
            var index = StoreCall.With(
                HttpMethod.Put,
                $"collections/{name}/index?wait=true",
                StoreOperations.Manage,
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("field_name", field);
                    json.WriteString("field_schema", type);
                    json.WriteEndObject();
                }
            );
            await client.SendAsync(index, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<QdrantCollection?> ReadAsync(string alias, CancellationToken cancellationToken) =>
        client.FindAsync(
            new StoreCall(HttpMethod.Get, $"collections/{alias}", StoreOperations.Manage),
            answer => Read(alias, answer.GetProperty("result")),
            cancellationToken
        );

    private static QdrantCollection Read(string alias, JsonElement result)
    {
        var config = result.GetProperty("config");
        var metadata = config.GetProperty("metadata");
        var dimensions = config
            .GetProperty("params")
            .GetProperty("vectors")
            .EnumerateObject()
            .Select(v => v.Value.GetProperty("size").GetInt32())
            .ToHashSet();
        return new QdrantCollection(
            alias,
            metadata.GetProperty(Version).GetInt32(),
            dimensions,
            metadata.GetProperty(Average).GetDouble(),
            metadata.GetProperty(FrozenAt).GetInt64(),
            result.TryGetProperty("points_count", out var points) && points.ValueKind == JsonValueKind.Number ? points.GetInt64() : 0
        );
    }

    private Task SetAliasAsync(string alias, string? before, string name, CancellationToken cancellationToken) =>
        client.SendAsync(
            StoreCall.With(
                HttpMethod.Post,
                "collections/aliases",
                StoreOperations.Manage,
                json => QdrantJson.WriteAlias(json, alias, isNew: before is null, name)
            ),
            cancellationToken
        );

    private Task DropAsync(string name, CancellationToken cancellationToken) =>
        client.FindAsync(
            new StoreCall(HttpMethod.Delete, $"collections/{name}", StoreOperations.Manage),
            static _ => "",
            cancellationToken
        );
}
