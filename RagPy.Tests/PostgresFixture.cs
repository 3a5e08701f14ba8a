using Microsoft.EntityFrameworkCore;
using Npgsql;
using RagPy.LocalServices;
using RagPy.LocalServices.Postgres;
using RagPy.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace RagPy.Tests;

/// <summary>
/// A real PostgreSQL for the tests: the server of <c>RAGPY_TEST_POSTGRES</c> when that is set, else the embedded one in a temporary folder. Started when the
/// first test asks for a database; each test gets a database of its own, cloned from a migrated template.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly string _prefix = $"ragpy_test_{Guid.NewGuid():n}"[..24];
    private readonly SemaphoreSlim _starting = new(1, 1);
    private int _databases;
    private string _connection = "";
    private NpgsqlDataSource? _server;
    private LocalPostgres? _local;
    private LocalServicesOptions? _options;

    private string Template => $"{_prefix}_template";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A new database with the schema of all migrations and nothing in it; dropped when disposed.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        var server = await ServerAsync(TestContext.Current.CancellationToken);
        var name = $"{_prefix}_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(server, $"CREATE DATABASE {name} TEMPLATE {Template}", TestContext.Current.CancellationToken);

        return new TestDatabase(For(name), () => ExecuteAsync(server, $"DROP DATABASE {name} WITH (FORCE)", CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await ExecuteAsync(_server, $"DROP DATABASE IF EXISTS {Template} WITH (FORCE)", CancellationToken.None);
            await _server.DisposeAsync();
        }

        if (_local is not null)
        {
            await _local.DisposeAsync();
            await RemoveAsync(_options!);
        }

        _starting.Dispose();
    }

    /// <summary>Waits until the server of a temporary data directory, which nobody holds any more, has stopped, then removes the directory.</summary>
    internal static async Task RemoveAsync(LocalServicesOptions options)
    {
        using (await FileLock.TakeAsync(PostgresFiles.Of(options).Running, exclusive: true, CancellationToken.None))
        {
            Directory.Delete(options.DataDirectory, recursive: true);
        }
    }

    /// <summary>Options for a throw-away server: data in a temporary folder, programs from the folder that all runs share.</summary>
    internal static LocalServicesOptions TemporaryOptions() =>
        LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable) with
        {
            DataDirectory = Directory.CreateTempSubdirectory("ragpy-tests-").FullName,
            Grace = TimeSpan.Zero,
            Durable = false,
        };

    private async Task<NpgsqlDataSource> ServerAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);

        try
        {
            return _server ??= await StartAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<NpgsqlDataSource> StartAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("RAGPY_TEST_POSTGRES") is not { Length: > 0 } connection)
        {
            _options = TemporaryOptions();
            MakeSearchable(_options.DataDirectory);
            _local = await LocalPostgres.AcquireAsync(_options, null, cancellationToken);
            connection = _local.ConnectionString;
        }

        _connection = connection;
        var maintenance = new NpgsqlConnectionStringBuilder(connection) { Database = "postgres", Pooling = false };
        var server = new NpgsqlDataSourceBuilder(maintenance.ConnectionString).Build();
        await ExecuteAsync(server, $"CREATE DATABASE {Template}", cancellationToken);

        var template = new NpgsqlConnectionStringBuilder(For(Template)) { Pooling = false };
        await using var context = TestDatabase.NewContext(template.ConnectionString);
        await context.Database.MigrateAsync(cancellationToken);

        return server;
    }

    /// <summary>Temporary folders are private to their maker; the account that runs PostgreSQL for root must come through.</summary>
    internal static void MakeSearchable(string directory) =>
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);

    private string For(string database) =>
        new NpgsqlConnectionStringBuilder(_connection)
        {
            Database = database,
            Pooling = true,
            // Many databases at once share the server's 200 connections.
            MaxPoolSize = 20,
        }.ConnectionString;

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql, CancellationToken cancellationToken)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
