using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Storage;

/// <summary>Brings the database's schema up to date. Several processes may start at once: one migrates, the others wait.</summary>
public sealed class DatabaseMigrator(NpgsqlDataSource dataSource, IDbContextFactory<RagPyDbContext> contexts)
{
    /// <summary>
    /// What EF Core cannot say. Vectors do not compress, so PostgreSQL shall not try; the queue table is updated in place far more than it grows,
    /// so its pages keep room and are vacuumed early.
    /// </summary>
    private const string Tuning = """
        ALTER TABLE chunks ALTER COLUMN dense SET STORAGE EXTERNAL;
        ALTER TABLE chunks ALTER COLUMN sparse SET STORAGE EXTERNAL;
        ALTER TABLE work_items SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
        """;

    /// <summary>Applies what is missing, to our tables and to those of the job storage; does nothing when nothing is.</summary>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var held = await AdvisoryLock.AcquireAsync(dataSource, AdvisoryLocks.Migration, shared: false, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using (var connection = await dataSource.OpenConnectionAsync(cancellationToken))
        {
            HangfireStorage.Install(connection);
        }

        if (!(await context.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            return;
        }

        await context.Database.MigrateAsync(cancellationToken);
        await using var command = Sql.Command(dataSource, Tuning);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
