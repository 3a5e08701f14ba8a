using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Hangfire's tables, in a schema of their own. They hold only pump jobs, which the relay can make anew, so their transactions need not wait for the disk.
/// </summary>
internal sealed class HangfireStorage(PipelineOptions options)
{
    private const string Schema = "hangfire";

    /// <summary>
    /// Connections of one process. Every worker looks into the queues once a second, and without a limit each would keep a connection of its own for that. Four
    /// of Hangfire's own jobs may hold one each for their lock while they need another, so it takes five at least.
    /// </summary>
    private const int MaxConnections = 6;

    private readonly Lazy<PostgreSqlStorage> _storage = new(() => Create(options));

    /// <summary>The storage; the schema must be there.</summary>
    public PostgreSqlStorage Storage => _storage.Value;

    /// <summary>Makes or upgrades the schema; one process at a time.</summary>
    public static void Install(NpgsqlConnection connection) => PostgreSqlObjectsInstaller.Install(connection, Schema);

    private static PostgreSqlStorage Create(PipelineOptions options)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            MaxPoolSize = MaxConnections,
            ApplicationName = "ragpy-hangfire",
            Options = "-c synchronous_commit=off",
            Enlist = false,
            // Hangfire leaves no session state behind; resetting it would be a second transaction for every look into a queue.
            NoResetOnClose = true,
        };
        var settings = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            PrepareSchemaIfNecessary = false,
            QueuePollInterval = TimeSpan.FromSeconds(1),
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = TimeSpan.FromMinutes(2),
            DistributedLockTimeout = TimeSpan.FromMinutes(1),
            JobExpirationCheckInterval = TimeSpan.FromMinutes(30),
            EnableTransactionScopeEnlistment = false,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connectionString.ConnectionString, settings), settings)
        {
            JobExpirationTimeout = TimeSpan.FromHours(24),
        };
    }
}
