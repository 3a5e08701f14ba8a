using Npgsql;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Indexing.Remote;

/// <summary>The database with pgvector: opened when first needed, and its failures turned into what they mean for the work at hand.</summary>
/// <param name="connectionString">In Npgsql's form; null when none is set.</param>
internal sealed class PgVectorDatabase(string? connectionString) : IDisposable, IAsyncDisposable
{
    private readonly Lazy<NpgsqlDataSource> _source = new(() => NpgsqlDataSource.Create(connectionString!));

    /// <summary>What an operator must set, as a sentence; null when nothing is missing.</summary>
    public string? Missing { get; } = MissingOf(connectionString);

    /// <summary>Does something with a connection.</summary>
    /// <exception cref="DocumentFailedException">No database is named, or it does not let us in.</exception>
    /// <exception cref="TransientFailureException">It did not work so far, and may later.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Missing is not null)
        {
            throw new DocumentFailedException(FailureCode.ProviderAuth, Missing);
        }

        try
        {
            await using var connection = await _source.Value.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return await work(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (IsRefusal(exception.SqlState))
        {
            throw new DocumentFailedException(
                FailureCode.ProviderAuth,
                $"The database of RAGPY_PGVECTOR does not let RagPy in ({exception.SqlState}: {exception.MessageText}). Check RAGPY_PGVECTOR.",
                exception
            );
        }
        catch (NpgsqlException exception) when (exception is not PostgresException || exception.IsTransient)
        {
            var failure = new Failure(FailureCode.ProviderError, "The database of RAGPY_PGVECTOR cannot be reached, or has trouble.");
            throw new TransientFailureException(failure, retryAfter: null, exception);
        }
    }

    /// <summary>As the other, where the table may not be there.</summary>
    /// <returns><paramref name="otherwise"/> when it is not.</returns>
    public async Task<T> FindAsync<T>(
        T otherwise,
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await RunAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return otherwise;
        }
    }

    /// <summary>Says which extension was found, for people.</summary>
    /// <exception cref="DocumentFailedException">There is none, and none can be made.</exception>
    /// <exception cref="TransientFailureException">The database cannot be reached.</exception>
    public Task<string> DescribeAsync(CancellationToken cancellationToken) =>
        RunAsync(
            async (connection, token) =>
            {
                var (installed, available) = await FindExtensionAsync(connection, token).ConfigureAwait(false);
                return installed is null ? $"vector {available}, added to the database on first use" : $"vector {installed}";
            },
            cancellationToken
        );

    /// <summary>Makes sure that there is the extension.</summary>
    /// <exception cref="DocumentFailedException">There is none, and none can be made.</exception>
    public async Task EnsureExtensionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (installed, _) = await FindExtensionAsync(connection, cancellationToken).ConfigureAwait(false);
        if (installed is not null)
        {
            return;
        }

        try
        {
            await Sql.ExecuteAsync(connection, PgVectorSql.CreateExtension, [], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DocumentFailedException(
                FailureCode.ProviderError,
                "The account of RAGPY_PGVECTOR may not add the extension vector: let an administrator run CREATE EXTENSION vector in that database.",
                exception
            );
        }
    }

    public void Dispose()
    {
        if (_source.IsValueCreated)
        {
            _source.Value.Dispose();
        }
    }

    public ValueTask DisposeAsync() => _source.IsValueCreated ? _source.Value.DisposeAsync() : ValueTask.CompletedTask;

    private static async Task<(string? Installed, string Available)> FindExtensionAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var command = Sql.Command(connection, PgVectorSql.Extension);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? (reader.IsDBNull(0) ? null : reader.GetString(0), reader.GetString(1))
            : throw new DocumentFailedException(
                FailureCode.ProviderError,
                "The server of RAGPY_PGVECTOR does not have the extension vector: install pgvector on it, or name a database of a server that has it."
            );
    }

    private static bool IsRefusal(string state) =>
        state is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege
        || state.StartsWith("28", StringComparison.Ordinal);

    private static string? MissingOf(string? connectionString)
    {
        if (connectionString is null)
        {
            return "The project's vector store is pgvector, and its database is not known: set RAGPY_PGVECTOR to Host=…;Database=…;Username=…;Password=….";
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).Host is null
                ? "RAGPY_PGVECTOR names no host: set it to Host=…;Database=…;Username=…;Password=…."
                : null;
        }
        catch (ArgumentException)
        {
            // The exception's message may repeat a password.
            return "RAGPY_PGVECTOR cannot be read: set it to Host=…;Database=…;Username=…;Password=….";
        }
    }
}
