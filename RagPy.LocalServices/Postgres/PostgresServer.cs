using System.Diagnostics;
using Npgsql;

namespace RagPy.LocalServices.Postgres;

/// <summary>A running PostgreSQL, child of this process.</summary>
internal sealed class PostgresServer
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan s_recovery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_predecessor = TimeSpan.FromSeconds(20);
    private readonly Process _process;

    private PostgresServer(Process process, int port, Task exited)
    {
        _process = process;
        ProcessId = process.Id;
        Port = port;
        Exited = exited;
    }

    public int Port { get; }

    public int ProcessId { get; }

    /// <summary>Completes when the process has ended, for whatever reason.</summary>
    public Task Exited { get; }

    /// <summary>Starts the server and returns when it answers and the database is there.</summary>
    /// <param name="port">Port to use; null for a free one.</param>
    /// <param name="preferred">Port tried first when <paramref name="port"/> is null, so that connections of a server that was killed find the next one; 0 for none.</param>
    /// <exception cref="LocalServicesException">It cannot start.</exception>
    public static async Task<PostgresServer> StartAsync(
        PostgresCluster cluster,
        int? port,
        int preferred,
        ServerLog log,
        CancellationToken cancellationToken
    )
    {
        await PredecessorProcesses.EndAsync(cluster, cancellationToken);
        var deadline = Stopwatch.StartNew();

        for (var attempt = 1; ; attempt++)
        {
            var chosen = port ?? (attempt == 1 && preferred != 0 ? preferred : LoopbackPort.Free());
            log.Clear();
            var server = await LaunchAsync(cluster, chosen, log);

            if (await server.WaitUntilReadyAsync(cluster, cancellationToken))
            {
                return server;
            }

            var taken = ServerMessages.IsPortTaken(log.Tail);

            if (taken && port is not null)
            {
                throw new LocalServicesException($"Port {port} on 127.0.0.1 is taken; free it, or leave the choice of the port to RagPy.");
            }

            // Another program may take the port in between; children of a killed server may need a moment to notice.
            var again = (taken && attempt < 10) || (ServerMessages.IsPredecessorEnding(log.Tail) && deadline.Elapsed < s_predecessor);

            if (!again)
            {
                throw new LocalServicesException(ServerMessages.Explain("PostgreSQL does not start", log.Tail));
            }
        }
    }

    /// <summary>Stops it: open sessions are ended, data is written.</summary>
    /// <param name="patience">How long that may take; then it is stopped at once, and recovers at the next start.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        _ = NativeMethods.Kill(ProcessId, NativeMethods.SignalInterrupt);

        try
        {
            await Exited.WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            _ = NativeMethods.Kill(ProcessId, NativeMethods.SignalQuit);
            await Exited;
        }

        _process.Dispose();
    }

    /// <summary>
    /// Starts the process from a thread that lives as long as the process does: the kernel's parent-death signal follows the thread that forked, not its process,
    /// so a thread of the pool that retires would end the database.
    /// </summary>
    private static async Task<PostgresServer> LaunchAsync(PostgresCluster cluster, int port, ServerLog log)
    {
        var command = cluster.Account.Wrap(cluster.ServerCommand(port), diesWithParent: true);
        var process = new Process { StartInfo = Command.Info(command, "/", PostgresCluster.CleanEnvironment) };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var parent = new Thread(() =>
        {
            try
            {
                process.Start();
                process.StandardInput.Close();
                started.SetResult();
            }
            catch (Exception e)
            {
                started.SetException(
                    new LocalServicesException(
                        "The program 'setpriv' cannot be run; install util-linux, or give a database in DATABASE_URL.",
                        e
                    )
                );

                return;
            }

            process.WaitForExit();
            exited.SetResult();
        })
        {
            IsBackground = true,
            Name = "PostgreSQL's parent",
        };
        parent.Start();
        await started.Task;

        // Read to their ends in the background; without a reader the server would block on a full pipe.
        var drained = Task.WhenAll(log.DrainAsync(process.StandardError), log.DrainAsync(process.StandardOutput));

        return new PostgresServer(process, port, Task.WhenAll(exited.Task, drained));
    }

    /// <returns>False when the process ended first.</returns>
    private async Task<bool> WaitUntilReadyAsync(PostgresCluster cluster, CancellationToken cancellationToken)
    {
        var maintenance = PostgresCluster.ConnectionString(Port, cluster.Password, "postgres") + ";Pooling=false;Timeout=5";
        var waited = Stopwatch.StartNew();

        try
        {
            while (!Exited.IsCompleted)
            {
                try
                {
                    await EnsureDatabaseAsync(maintenance, cancellationToken);

                    return true;
                }
                catch (NpgsqlException e) when (IsNotYet(e))
                {
                    if (waited.Elapsed > s_recovery)
                    {
                        throw new LocalServicesException(
                            "PostgreSQL does not answer after five minutes; see postgres/server.log in the data directory.",
                            e
                        );
                    }
                }

                await Task.WhenAny(Exited, Task.Delay(s_poll, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }

            return false;
        }
        catch (Exception e)
        {
            await StopAsync(TimeSpan.Zero);

            throw e is NpgsqlException
                ? new LocalServicesException(ServerMessages.Explain("PostgreSQL refuses the connection", e.Message), e)
                : e;
        }
    }

    /// <summary>Nothing listens yet, or the server says that it is starting up or recovering.</summary>
    private static bool IsNotYet(NpgsqlException e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } or not PostgresException;

    private static async Task EnsureDatabaseAsync(string maintenance, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(maintenance);
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection);
        find.Parameters.AddWithValue(PostgresCluster.Database);

        if (await find.ExecuteScalarAsync(cancellationToken) is null)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {PostgresCluster.Database}", connection);
            try
            {
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // A client that waited for the server was faster.
            }
        }
    }
}
