using Npgsql;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Projects;

/// <summary>Lets a project move to another vector store. Workers do what is written down here (<see cref="Project.TargetStore"/>).</summary>
public sealed class StoreChoice(NpgsqlDataSource dataSource, ProjectAccess access, VectorStores stores, TimeProvider time)
{
    /// <summary>
    /// Asks for a project's points to be moved; its searches go on in the old store until all are in the new one. Asking for the store that serves now calls a
    /// move off.
    /// </summary>
    /// <exception cref="NotFoundException">No such project for this person.</exception>
    /// <exception cref="AccessDeniedException">The project is not theirs.</exception>
    /// <exception cref="StoreNotUsableException">There is no such store, or it is not configured.</exception>
    public async Task ChangeAsync(long personId, long projectId, string store, CancellationToken cancellationToken)
    {
        await access.RequireAsync(personId, projectId, ProjectRole.Owner, cancellationToken);
        stores.Require(store);

        // A target that is called off is emptied like a store that was left.
        const string sql = """
            WITH before AS (SELECT id, store, target_store FROM projects WHERE id = $1 AND deleted_at IS NULL FOR UPDATE),
            changed AS (
                UPDATE projects p SET target_store = nullif($2, b.store), store_problem = NULL
                FROM before b WHERE p.id = b.id AND b.target_store IS DISTINCT FROM nullif($2, b.store)
                RETURNING b.id, b.target_store)
            INSERT INTO project_stores (project_id, store, name, retired_at)
            SELECT id, target_store, '', $3 FROM changed WHERE target_store IS NOT NULL
            ON CONFLICT (project_id, store) DO UPDATE SET retired_at = excluded.retired_at
            """;
        await using var command = Sql.Command(dataSource, sql, projectId, store, time.GetUtcNow());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
