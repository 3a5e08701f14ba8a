using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Tests;

/// <summary>A database of one test, with the schema and nothing else in it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<Task> _drop;

    internal TestDatabase(string connectionString, Func<Task> drop)
    {
        _drop = drop;
        ConnectionString = connectionString;
        DataSource = NpgsqlDataSource.Create(connectionString);
    }

    /// <summary>Connection string in Npgsql's form, password included.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    /// <summary>A new context on the database.</summary>
    public RagPyDbContext NewContext() => NewContext(ConnectionString);

    internal static RagPyDbContext NewContext(string connectionString) =>
        new(new DbContextOptionsBuilder<RagPyDbContext>().UseNpgsql(connectionString).UseSnakeCaseNamingConvention().Options);

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();

        // The code under test may have opened connections by the string.
        await using (var pooled = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        await _drop();
    }
}
