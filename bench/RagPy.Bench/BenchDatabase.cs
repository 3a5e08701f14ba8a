using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Bench;

/// <summary>A database for one run.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;

    private BenchDatabase(string server, string name, NpgsqlDataSource dataSource) =>
        (_server, _name, DataSource) = (server, name, dataSource);

    public NpgsqlDataSource DataSource { get; }

    public static async Task<BenchDatabase> CreateAsync(CancellationToken cancellationToken)
    {
        var server =
            Environment.GetEnvironmentVariable("RAGPY_BENCH_POSTGRES")
            ?? throw new InvalidOperationException("Set RAGPY_BENCH_POSTGRES to the connection string of a PostgreSQL server.");
        var name = $"ragpy_bench_{Guid.NewGuid():N}";
        await using (var source = NpgsqlDataSource.Create(server))
        await using (var create = source.CreateCommand($"CREATE DATABASE {name}"))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var connectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        var options = new DbContextOptionsBuilder<RagPyDbContext>().UseNpgsql(connectionString).UseSnakeCaseNamingConvention().Options;
        await using var context = new RagPyDbContext(options);
        await context.Database.MigrateAsync(cancellationToken);
        return new BenchDatabase(server, name, NpgsqlDataSource.Create(connectionString));
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await using var source = NpgsqlDataSource.Create(_server);
        await using var drop = source.CreateCommand($"DROP DATABASE {_name} WITH (FORCE)");
        await drop.ExecuteNonQueryAsync();
    }
}
