using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Points in a PostgreSQL database with the extension pgvector (docs/adr/0021-weaviate-and-pgvector.md), a table for each project. Both sides are exact: the dense one
/// looks at every vector, the sparse one computes BM25 in SQL from the terms that an index finds, with the statistics of that moment. What is current is decided here,
/// after the query, because the application's tables may be in another database.
/// </summary>
internal sealed class PgVectorStore(RemoteStoreOptions options, ProjectStores stores, CurrentGenerations current)
    : IRemoteVectorStore,
        IDisposable,
        IAsyncDisposable
{
    private const int MostHits = 100_000;
    private const int WriteSize = 100;
    private const int ScanSize = 200;
    private const int ListSize = 5_000;

    private readonly PgVectorDatabase _database = new(options.PgVectorConnection);

    /// <summary>Tables that are there.</summary>
    private readonly ConcurrentDictionary<string, bool> _known = [];

    /// <inheritdoc/>
    public string Kind => StoreKinds.PgVector;

    /// <inheritdoc/>
    public string? Missing => _database.Missing;

    /// <inheritdoc/>
    public async Task WriteAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(points);
        UnitLength.Require(points);
        if (points.Count == 0)
        {
            return;
        }

        var name = await EnsureAsync(projectId, cancellationToken).ConfigureAwait(false);
        var isWritten = await WriteAsync(name, points, cancellationToken).ConfigureAwait(false);
        if (!isWritten)
        {
            // The table was there, and is not any more.
            _known.TryRemove(name, out _);
            throw new TransientFailureException(new Failure(FailureCode.ProviderError, $"The table {name} of RAGPY_PGVECTOR is gone."));
        }
    }

    /// <inheritdoc/>
    public async Task<int> CountAsync(long projectId, Guid documentId, Guid generation, CancellationToken cancellationToken)
    {
        if (await TableAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } table)
        {
            return 0;
        }

        return await _database
            .FindAsync(
                0,
                async (connection, token) =>
                {
                    await using var command = Sql.Command(connection, table.Count, documentId, generation);
                    return (int)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveStaleAsync(long projectId, IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken)
    {
        if (documentIds.Count == 0 || await TableAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } table)
        {
            return;
        }

        var generations = await current.ReadAsync(projectId, documentIds, cancellationToken).ConfigureAwait(false);
        object[] values = [documentIds.ToArray(), generations.Values.ToArray()];
        await _database
            .FindAsync(0, (connection, token) => Sql.ExecuteAsync(connection, table.RemoveStale, values, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task RemoveProjectAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await stores.FindAsync(projectId, Kind, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return;
        }

        // No name: called off before anything was made.
        if (row.Name.Length > 0)
        {
            var drop = PgVectorSql.Of(row.Name).Drop;
            await _database
                .FindAsync(0, (connection, token) => Sql.ExecuteAsync(connection, drop, [], token), cancellationToken)
                .ConfigureAwait(false);
            _known.TryRemove(row.Name, out _);
        }

        await stores.RemoveAsync(projectId, Kind, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        if (query.Documents is { Count: 0 } || await TableAsync(query.ProjectId, cancellationToken).ConfigureAwait(false) is not { } table)
        {
            return new StoreAnswer([], []);
        }

        return await current
            .CollectAsync(query, MostHits, (limit, token) => AskAsync(table, query, limit, token), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Nothing to do: nothing is frozen, and PostgreSQL cleans up after itself.</summary>
    public Task MaintainAsync(long projectId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public IAsyncEnumerable<PointName> ListAsync(long projectId, CancellationToken cancellationToken) =>
        PagesAsync(projectId, table => table.Names, ListSize, ReadName, name => name.Id, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<IndexPoint> ScanAsync(long projectId, CancellationToken cancellationToken) =>
        PagesAsync(projectId, table => table.Points, ScanSize, ReadPoint, point => point.Id, cancellationToken);

    public void Dispose() => _database.Dispose();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    /// <summary>The name of the project's table, made where it is missing.</summary>
    private async Task<string> EnsureAsync(long projectId, CancellationToken cancellationToken)
    {
        var row = await stores.GetOrCreateAsync(projectId, Kind, cancellationToken).ConfigureAwait(false);
        if (_known.ContainsKey(row.Name))
        {
            return row.Name;
        }

        await using var held = await stores.LockAllAsync(cancellationToken).ConfigureAwait(false);
        await _database
            .RunAsync(
                async (connection, token) =>
                {
                    await _database.EnsureExtensionAsync(connection, token).ConfigureAwait(false);
                    foreach (var statement in PgVectorSql.Create(row.Name))
                    {
                        await Sql.ExecuteAsync(connection, statement, [], token).ConfigureAwait(false);
                    }

                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        _known[row.Name] = true;
        return row.Name;
    }

    /// <summary>Writes all points or none.</summary>
    /// <returns>False when there is no such table.</returns>
    private Task<bool> WriteAsync(string name, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken) =>
        _database.FindAsync(
            false,
            async (connection, token) =>
            {
                var sql = PgVectorSql.Of(name).Write;
                await using var transaction = await connection.BeginTransactionAsync(token).ConfigureAwait(false);
                foreach (var chunk in points.Chunk(WriteSize))
                {
                    await using var batch = new NpgsqlBatch(connection, transaction);
                    foreach (var point in chunk)
                    {
                        batch.BatchCommands.Add(WriteOf(sql, point));
                    }

                    await batch.ExecuteNonQueryAsync(token).ConfigureAwait(false);
                }

                await transaction.CommitAsync(token).ConfigureAwait(false);
                return true;
            },
            cancellationToken
        );

    private static NpgsqlBatchCommand WriteOf(string sql, IndexPoint point)
    {
        var command = new NpgsqlBatchCommand(sql);
        object[] values =
        [
            point.Id,
            point.DocumentId,
            point.Generation,
            point.Ordinal,
            point.Sparse.Length,
            Array.ConvertAll(point.Sparse.Terms, term => (long)term),
            point.Sparse.Counts,
        ];
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        object dense = point.Dense.Length > 0 ? point.Dense.ToArray() : DBNull.Value;
        command.Parameters.Add(new NpgsqlParameter { Value = dense, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real });
        return command;
    }

    private async Task<StoreAnswer> AskAsync(PgVectorSql table, StoreQuery query, int limit, CancellationToken cancellationToken)
    {
        var documents = new NpgsqlParameter
        {
            Value = query.Documents is { } wanted ? wanted.ToArray() : DBNull.Value,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
        };
        var dense = query.Dense is { Length: > 0 } vector
            ? AskAsync(table.Dense, [Of(vector.ToArray()), Of(vector.Length), documents, Of(limit)], cancellationToken)
            : Task.FromResult<List<PointHit>>([]);
        var sparse = query.Sparse is { Terms.Length: > 0 } terms
            ? AskAsync(
                table.Sparse,
                [Of(Array.ConvertAll(terms.Terms, term => (long)term)), Of(terms.Counts), documents.Clone(), Of(limit)],
                cancellationToken
            )
            : Task.FromResult<List<PointHit>>([]);
        await Task.WhenAll(dense, sparse).ConfigureAwait(false);
        return new StoreAnswer(await dense.ConfigureAwait(false), await sparse.ConfigureAwait(false));

        static NpgsqlParameter Of(object value) => new() { Value = value };
    }

    private Task<List<PointHit>> AskAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        _database.FindAsync(
            [],
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.AddRange(parameters);
                await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                var hits = new List<PointHit>();
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    hits.Add(new PointHit(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetFloat(3)));
                }

                return hits;
            },
            cancellationToken
        );

    /// <summary>All points in the order of their ids, some at a time: no connection is held while the caller works.</summary>
    private async IAsyncEnumerable<T> PagesAsync<T>(
        long projectId,
        Func<PgVectorSql, string> statement,
        int size,
        Func<NpgsqlDataReader, T> read,
        Func<T, Guid> idOf,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (await TableAsync(projectId, cancellationToken).ConfigureAwait(false) is not { } table)
        {
            yield break;
        }

        object after = DBNull.Value;
        while (true)
        {
            var from = after;
            var page = await _database
                .FindAsync(
                    [],
                    async (connection, token) =>
                    {
                        await using var command = new NpgsqlCommand(statement(table), connection);
                        command.Parameters.Add(new NpgsqlParameter { Value = from, NpgsqlDbType = NpgsqlDbType.Uuid });
                        command.Parameters.Add(new NpgsqlParameter { Value = size });
                        await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                        var points = new List<T>();
                        while (await reader.ReadAsync(token).ConfigureAwait(false))
                        {
                            points.Add(read(reader));
                        }

                        return points;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            foreach (var point in page)
            {
                yield return point;
            }

            if (page.Count < size)
            {
                yield break;
            }

            after = idOf(page[^1]);
        }
    }

    private async Task<PgVectorSql?> TableAsync(long projectId, CancellationToken cancellationToken) =>
        await stores.FindAsync(projectId, Kind, cancellationToken).ConfigureAwait(false) is { Name.Length: > 0 } row
            ? PgVectorSql.Of(row.Name)
            : null;

    private static PointName ReadName(NpgsqlDataReader reader) =>
        new(reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt32(3));

    private static IndexPoint ReadPoint(NpgsqlDataReader reader) =>
        new(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetGuid(2),
            reader.GetInt32(3),
            reader.IsDBNull(7) ? [] : reader.GetFieldValue<float[]>(7),
            new SparseVector(
                Array.ConvertAll(reader.GetFieldValue<long[]>(5), term => (uint)term),
                reader.GetFieldValue<int[]>(6),
                reader.GetInt32(4)
            )
        );
}
