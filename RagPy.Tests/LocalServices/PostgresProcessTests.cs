using System.Diagnostics;
using Npgsql;
using RagPy.LocalServices;
using RagPy.LocalServices.Postgres;
using Xunit;

namespace RagPy.Tests.LocalServices;

/// <summary>PostgreSQL as an orchestrator runs it, and as it is shared with the command line.</summary>
public sealed class PostgresProcessTests : IAsyncLifetime
{
    // Durable, for what is written is looked for after a kill.
    private readonly LocalServicesOptions _options = PostgresFixture.TemporaryOptions() with { Durable = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        PostgresFixture.MakeSearchable(_options.DataDirectory);

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await PostgresFixture.RemoveAsync(_options);

    [Fact]
    public async Task It_answers_where_it_was_said_to_whatever_is_killed()
    {
        var service = await LocalServiceProcesses.PostgresAsync(_options, parent: null, Token);
        Assert.Equal(service.ConnectionString, (await LocalServiceProcesses.PostgresAsync(_options, parent: null, Token)).ConnectionString);
        int server;

        await using (var running = RunningService.Start(service))
        {
            await running.SaysAsync($"answers on 127.0.0.1:{service.Port}");
            await ExecuteAsync(service, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)");

            // The server: started again by its process, on the same port.
            server = await KillServerAsync();
            await Eventually.TrueAsync(async () => await CountAsync(service) == 1);

            // The process: its server goes with it.
            server = ServerId();
            running.Kill();
            await Eventually.TrueAsync(() => !IsAlive(server));
        }

        await using (var again = RunningService.Start(service))
        {
            await again.SaysAsync("answers");
            Assert.Equal(1, await CountAsync(service));
            await using var session = await OpenAsync(service);
            server = ServerId();
            var (code, took) = await again.StopAsync();
            Assert.Equal(0, code);
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
            Assert.False(IsAlive(server));
        }
    }

    [Fact]
    public async Task It_shares_the_database_of_who_came_first_and_takes_its_place()
    {
        using var parent = Process.Start("sleep", ["600"]);
        LocalServiceProcess service;
        await using var commandLine = await LocalPostgres.AcquireAsync(_options, null, Token);
        service = await LocalServiceProcesses.PostgresAsync(_options, parent.Id, Token);
        await using var running = RunningService.Start(service);
        await running.SaysAsync("shared with it");
        Assert.Equal(commandLine.ConnectionString, service.ConnectionString);
        await ExecuteAsync(service, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)");

        // The command line leaves: the database stays, though its grace is nil.
        await commandLine.DisposeAsync();
        Assert.Equal(1, await CountAsync(service));

        // Its process is killed: the orchestrator's own takes the place.
        using (var first = Process.GetProcessById(State().Pid))
        {
            first.Kill();
        }

        await running.SaysAsync($"answers on 127.0.0.1:{service.Port}.");
        Assert.Equal(1, await CountAsync(service));

        // Who comes now shares it.
        await using (var later = await LocalPostgres.AcquireAsync(_options, null, Token))
        {
            Assert.Equal(service.ConnectionString, later.ConnectionString);
        }

        var server = ServerId();
        parent.Kill();
        Assert.Equal(0, await running.EndAsync());
        Assert.False(IsAlive(server));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_a_sentence()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var service = await LocalServiceProcesses.PostgresAsync(_options with { Port = port }, parent: null, Token);

        await using var running = RunningService.Start(service);

        Assert.Equal(1, await running.EndAsync());
        Assert.Contains(running.Said, line => line.StartsWith($"Port {port} on 127.0.0.1 is taken; free it", StringComparison.Ordinal));
    }

    private async Task<int> KillServerAsync()
    {
        var id = ServerId();
        using var server = Process.GetProcessById(id);
        server.Kill();
        await Eventually.TrueAsync(() => !IsAlive(id));

        return id;
    }

    private ServerState State() => ServerState.Parse(File.ReadAllBytes(PostgresFiles.Of(_options).Server))!;

    private int ServerId() => State().PostgresPid;

    private static bool IsAlive(int process) => Directory.Exists($"/proc/{process}");

    private static async Task<NpgsqlConnection> OpenAsync(LocalServiceProcess service)
    {
        var connection = new NpgsqlConnection(service.ConnectionString + ";Pooling=false;Timeout=2");
        await connection.OpenAsync(Token);

        return connection;
    }

    private static async Task ExecuteAsync(LocalServiceProcess service, string sql)
    {
        await using var connection = await OpenAsync(service);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Rows of the table; null when the database does not answer.</summary>
    private static async Task<long?> CountAsync(LocalServiceProcess service)
    {
        try
        {
            await using var connection = await OpenAsync(service);
            await using var command = new NpgsqlCommand("SELECT count(*) FROM kept", connection);

            return (long?)await command.ExecuteScalarAsync(Token);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
