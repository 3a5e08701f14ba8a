namespace RagPy.LocalServices.Postgres;

/// <summary>Serves the database of a data directory: starts it, starts it again when it is killed, stops it. Only for the holder of the lock on <see cref="PostgresFiles.Running"/>.</summary>
/// <param name="shutdown">How long open sessions and writing may take at the end, before it is stopped without.</param>
internal sealed class PostgresService(LocalServicesOptions options, PostgresFiles files, TimeSpan shutdown, IProgress<string> progress)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_restartWindow = TimeSpan.FromMinutes(1);
    private const int MaxRestarts = 5;

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ServerLog _log = new(files.Log);

    /// <summary>Runs until it is cancelled, nobody holds the database any more, or the data directory has been removed.</summary>
    /// <param name="isKept">It stays though nobody holds it.</param>
    /// <param name="ready">Called once with the port when the database answers.</param>
    /// <exception cref="LocalServicesException">It cannot start, or ends again and again.</exception>
    public async Task RunAsync(bool isKept, Action<int> ready, CancellationToken cancellationToken)
    {
        var preferred = PreferredPort.Read(files) ?? 0;
        WriteState(null);
        var cluster = await PostgresCluster.PrepareAsync(options, progress, cancellationToken);
        var server = await PostgresServer.StartAsync(cluster, options.Port, preferred, _log, cancellationToken);

        try
        {
            WriteState(server);
            ready(server.Port);
            var restarts = new Queue<long>();
            var lastHeld = _time.GetTimestamp();
            using var timer = new PeriodicTimer(s_poll);

            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (server.Exited.IsCompleted)
                {
                    NoteRestart(restarts);
                    progress.Report("PostgreSQL was ended from outside; starting it again …");
                    server = await PostgresServer.StartAsync(cluster, options.Port, server.Port, _log, cancellationToken);
                    WriteState(server);
                }

                if (!File.Exists(files.Server))
                {
                    // The data directory was deleted under us.
                    return;
                }

                using var alone = isKept ? null : FileLock.TryTake(files.Server, exclusive: true);

                if (alone is null)
                {
                    lastHeld = _time.GetTimestamp();
                }
                else if (_time.GetElapsedTime(lastHeld) >= options.Grace)
                {
                    // Whoever comes now waits for this lock until the database has stopped, then starts it again.
                    alone.Write([]);
                    await server.StopAsync(shutdown);

                    return;
                }
            }
        }
        finally
        {
            if (!server.Exited.IsCompleted)
            {
                await server.StopAsync(shutdown);
            }
        }
    }

    private void NoteRestart(Queue<long> restarts)
    {
        restarts.Enqueue(_time.GetTimestamp());

        while (restarts.TryPeek(out var first) && _time.GetElapsedTime(first) > s_restartWindow)
        {
            restarts.Dequeue();
        }

        if (restarts.Count > MaxRestarts)
        {
            throw new LocalServicesException(ServerMessages.Explain("PostgreSQL keeps stopping", _log.Tail));
        }
    }

    /// <summary>Writes in place: the holders' locks belong to the file, so it is never replaced.</summary>
    private void WriteState(PostgresServer? server)
    {
        if (server is not null)
        {
            PreferredPort.Write(files, server.Port);
        }

        using var file = new FileStream(
            files.Server,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
            }
        );
        file.SetLength(0);
        file.Write(server is null ? [] : new ServerState(server.Port, Environment.ProcessId, server.ProcessId).ToBytes());
    }
}
