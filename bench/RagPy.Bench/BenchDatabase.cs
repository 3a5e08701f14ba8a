using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.Core.Storage;
using RagPy.LocalServices;

namespace RagPy.Bench;

/// <summary>A database for one run: on the server that <c>RAGPY_BENCH_POSTGRES</c> names, else on the embedded one in a temporary folder.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string _server;
    private readonly string _name;
    private readonly LocalPostgres? _local;

    private BenchDatabase(string server, string name, LocalPostgres? local)
    {
        (_server, _name, _local) = (server, name, local);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    public static async Task<BenchDatabase> CreateAsync(CancellationToken cancellationToken)
    {
        var given = Environment.GetEnvironmentVariable("RAGPY_BENCH_POSTGRES");
        var local = given is null ? await StartAsync(cancellationToken) : null;
        var database = new BenchDatabase(given ?? local!.ConnectionString, $"ragpy_bench_{Guid.NewGuid():N}", local);
        await database.ExecuteAsync($"CREATE DATABASE {database._name}", cancellationToken);
        var options = new DbContextOptionsBuilder<RagPyDbContext>().UseNpgsql(database.DataSource).UseSnakeCaseNamingConvention().Options;
        await using var context = new RagPyDbContext(options);
        await context.Database.MigrateAsync(cancellationToken);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)", CancellationToken.None);
        if (_local is not null)
        {
            await _local.DisposeAsync();
        }
    }

    private static Task<LocalPostgres> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ragpy-bench-").FullName;
        // Temporary folders are private to their maker; the account that runs PostgreSQL for root must come through.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        var options = LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable) with { DataDirectory = folder };
        return LocalPostgres.AcquireAsync(options, null, cancellationToken);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(_server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
