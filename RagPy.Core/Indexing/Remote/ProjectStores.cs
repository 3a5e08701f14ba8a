using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Reads and writes the rows of <see cref="ProjectStore"/>.</summary>
internal sealed class ProjectStores(NpgsqlDataSource dataSource)
{
    /// <summary>Chunks that the average length is estimated from.</summary>
    private const int Sample = 5_000;

    /// <summary>No project has this id.</summary>
    private const long NoProject = 0;

    /// <summary>The row of a project in a store; null when it has nothing there.</summary>
    public async Task<ProjectStore?> FindAsync(long projectId, string store, CancellationToken cancellationToken)
    {
        const string sql = "SELECT name, retired_at, state::text FROM project_stores WHERE project_id = $1 AND store = $2";
        await using var command = Sql.Command(dataSource, sql, projectId, store);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? new ProjectStore
            {
                ProjectId = projectId,
                Store = store,
                Name = reader.GetString(0),
                RetiredAt = reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1),
                State = reader.IsDBNull(2) ? null : reader.GetString(2),
            }
            : null;
    }

    /// <summary>The row of a project in a store, made when there is none.</summary>
    public async Task<ProjectStore> GetOrCreateAsync(long projectId, string store, CancellationToken cancellationToken)
    {
        if (await FindAsync(projectId, store, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        const string sql = """
            INSERT INTO project_stores (project_id, store, name)
            SELECT id, $2, $3 FROM projects WHERE id = $1 ON CONFLICT DO NOTHING
            """;
        var random = RandomNumberGenerator.GetHexString(8, lowercase: true);
        var name = string.Create(CultureInfo.InvariantCulture, $"ragpy-{projectId}-{random}");
        await using var command = Sql.Command(dataSource, sql, projectId, store, name);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return await FindAsync(projectId, store, cancellationToken).ConfigureAwait(false)
            ?? throw new OperationCanceledException("The project is gone.");
    }

    /// <summary>Keeps what a store has frozen for a project.</summary>
    /// <param name="state">JSON.</param>
    /// <exception cref="OperationCanceledException">The project's row of the store is gone.</exception>
    public async Task SaveStateAsync(long projectId, string store, string state, CancellationToken cancellationToken)
    {
        const string sql = "UPDATE project_stores SET state = $3::jsonb WHERE project_id = $1 AND store = $2";
        await using var command = Sql.Command(dataSource, sql, projectId, store, state);
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0)
        {
            throw new OperationCanceledException("The project is gone.");
        }
    }

    /// <summary>Waits for the right to make what a store keeps a project's points in.</summary>
    public async Task<IAsyncDisposable> LockAsync(long projectId, CancellationToken cancellationToken) =>
        await AdvisoryLock
            .AcquireAsync(dataSource, AdvisoryLocks.StoreSetup(projectId), shared: false, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Waits for the right to make what a store keeps the points of all projects in.</summary>
    public Task<IAsyncDisposable> LockAllAsync(CancellationToken cancellationToken) => LockAsync(NoProject, cancellationToken);

    /// <summary>Forgets that a store holds points of a project.</summary>
    public async Task RemoveAsync(long projectId, string store, CancellationToken cancellationToken)
    {
        const string sql = "DELETE FROM project_stores WHERE project_id = $1 AND store = $2";
        await using var command = Sql.Command(dataSource, sql, projectId, store);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Mean number of terms of the project's chunks, from a sample of those that are embedded; of the given points when none is.</summary>
    /// <returns>At least 1.</returns>
    public async Task<double> MeasureLengthAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        const string sql = "SELECT sparse FROM chunks WHERE project_id = $1 AND sparse IS NOT NULL LIMIT $2";
        await using var command = Sql.Command(dataSource, sql, projectId, Sample);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var (sum, count) = (0.0, 0);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            sum += SparseVectorCodec.Decode(reader.GetFieldValue<byte[]>(0)).Length;
            count++;
        }

        var average =
            count > 0 ? sum / count
            : points.Count > 0 ? points.Average(p => p.Sparse.Length)
            : 1;
        return Math.Max(1, average);
    }
}
