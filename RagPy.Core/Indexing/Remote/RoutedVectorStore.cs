using System.Runtime.CompilerServices;
using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Sends everything to the store of its project. Which one that is is read each time: a move to another store (<see cref="StoreMover"/>) shows at once, on every
/// replica. What removes reaches every store that has something of the project.
/// </summary>
internal sealed class RoutedVectorStore(NpgsqlDataSource dataSource, VectorStores stores) : IVectorStore
{
    /// <inheritdoc/>
    public string Kind => stores.Default;

    /// <inheritdoc/>
    public async Task WriteAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken) =>
        await (await ServingAsync(projectId, cancellationToken).ConfigureAwait(false))
            .WriteAsync(projectId, points, cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<bool> TakesPointsWithoutVectorAsync(long projectId, CancellationToken cancellationToken) =>
        await (await ServingAsync(projectId, cancellationToken).ConfigureAwait(false))
            .TakesPointsWithoutVectorAsync(projectId, cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken) =>
        await (await ServingAsync(projectId, cancellationToken).ConfigureAwait(false))
            .CountAsync(projectId, documentId, generation, cancellationToken)
            .ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken)
    {
        foreach (var store in await HoldersAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            await store.RemoveStaleAsync(projectId, documentIds, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        foreach (var store in await HoldersAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            await store.RemoveProjectAsync(projectId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var store = await ServingAsync(query.ProjectId, cancellationToken).ConfigureAwait(false);
        return await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task MaintainAsync(long projectId, CancellationToken cancellationToken) =>
        await (await ServingAsync(projectId, cancellationToken).ConfigureAwait(false))
            .MaintainAsync(projectId, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Also of stores that the project has left, where nothing may remain; not of one that it is moving to.</summary>
    public async IAsyncEnumerable<PointName> ListAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (_, target) = await ReadAsync(projectId, cancellationToken).ConfigureAwait(false);
        foreach (var store in await HoldersAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            if (store.Kind == target)
            {
                continue;
            }

            await foreach (var name in store.ListAsync(projectId, cancellationToken).ConfigureAwait(false))
            {
                yield return name;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = await ServingAsync(projectId, cancellationToken).ConfigureAwait(false);
        await foreach (var point in store.ScanAsync(projectId, cancellationToken).ConfigureAwait(false))
        {
            yield return point;
        }
    }

    private async Task<IVectorStore> ServingAsync(long projectId, CancellationToken cancellationToken) =>
        stores.Get((await ReadAsync(projectId, cancellationToken).ConfigureAwait(false)).Store);

    /// <summary>Store of a project and the one it is moving to. A project that is gone has what is left of it in the embedded store, if anywhere.</summary>
    private async Task<(string Store, string? Target)> ReadAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(dataSource, "SELECT store, target_store FROM projects WHERE id = $1", projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? (reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1))
            : (StoreKinds.Embedded, null);
    }

    private async Task<IReadOnlyList<IVectorStore>> HoldersAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT store FROM projects WHERE id = $1
            UNION SELECT target_store FROM projects WHERE id = $1 AND target_store IS NOT NULL
            UNION SELECT store FROM project_stores WHERE project_id = $1
            """;
        await using var command = Sql.Command(dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var kinds = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            kinds.Add(reader.GetString(0));
        }

        return [.. kinds.DefaultIfEmpty(StoreKinds.Embedded).Select(stores.Get)];
    }
}
