using RagPy.LocalServices;
using RagPy.ServiceDefaults;

namespace RagPy.Ingestion;

/// <summary>The database of this process: the one that a person named, else the embedded one, held until disposal.</summary>
internal sealed class IngestionDatabase : IAsyncDisposable
{
    private readonly LocalPostgres? _local;

    private IngestionDatabase(string connectionString, LocalPostgres? local) => (ConnectionString, _local) = (connectionString, local);

    /// <summary>In Npgsql's form. Contains the password.</summary>
    public string ConnectionString { get; }

    /// <summary>Finds it, or starts the embedded one and says on standard error what takes long.</summary>
    /// <exception cref="LocalServicesException">No database can be had; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">A file that the connection string names cannot be read.</exception>
    public static async Task<IngestionDatabase> FindAsync(CancellationToken cancellationToken)
    {
        if (PostgresConnection.Resolve(SecretFiles.Variable) is { } given)
            return new IngestionDatabase(given, local: null);
        var options = LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable);
        var local = await LocalPostgres.AcquireAsync(options, new StandardErrorProgress(), cancellationToken);

        return new IngestionDatabase(local.ConnectionString, local);
    }

    public ValueTask DisposeAsync() => _local?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Lines of a slow start (the first one fetches PostgreSQL), in the order they come.</summary>
    private sealed class StandardErrorProgress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
