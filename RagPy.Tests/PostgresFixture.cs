using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.Storage;
using RagPy.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace RagPy.Tests;

/// <summary>The PostgreSQL server of the test run: the one that <c>RAGPY_TEST_POSTGRES</c> names.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private string _server = "";

    public ValueTask InitializeAsync()
    {
        _server = Environment.GetEnvironmentVariable("RAGPY_TEST_POSTGRES") ?? "";
        return ValueTask.CompletedTask;
    }

    /// <summary>A new database with the schema; dropped when disposed.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        Assert.SkipUnless(_server.Length > 0, "RAGPY_TEST_POSTGRES names no server.");
        var name = $"ragpy_test_{Guid.NewGuid():N}";
        await using (var server = NpgsqlDataSource.Create(_server))
        await using (var create = server.CreateCommand($"CREATE DATABASE {name}"))
        {
            await create.ExecuteNonQueryAsync();
        }

        var connectionString = new NpgsqlConnectionStringBuilder(_server) { Database = name }.ConnectionString;
        var options = new DbContextOptionsBuilder<RagPyDbContext>().UseNpgsql(connectionString).UseSnakeCaseNamingConvention().Options;
        await using (var context = new RagPyDbContext(options))
        {
            await context.Database.MigrateAsync();
        }

        return new TestDatabase(_server, connectionString, name);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
