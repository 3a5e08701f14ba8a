using System.Globalization;
using System.Runtime.InteropServices;

namespace RagPy.LocalServices.Postgres;

/// <summary>The verb <c>postgres</c>: runs the database until nobody holds it any more.</summary>
internal sealed class PostgresCommand(LocalServicesOptions options, bool keep)
{
    /// <summary>Words that begin a line on standard output; the starter reads them.</summary>
    public const string Progress = "progress ";
    public const string Ready = "ready";
    public const string Failed = "failed ";

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_lockPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_restartWindow = TimeSpan.FromMinutes(1);
    private const int MaxRestarts = 5;

    private readonly PostgresFiles _files = PostgresFiles.Of(options);
    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Runs to the end.</summary>
    /// <returns>0 when it stopped in order, 1 when it could not run; the reason is on standard output.</returns>
    public async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, stop));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Stop(context, stop));

        try
        {
            PostgresTools.DemandPlatform();
            _files.Create();
            using var running = await TakeRunningAsync(stop.Token);
            await ServeAsync(stop.Token);

            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is LocalServicesException or IOException or UnauthorizedAccessException)
        {
            await Console.Out.WriteLineAsync(Failed + e.Message.ReplaceLineEndings(" "));

            return 1;
        }
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private async Task<FileLock> TakeRunningAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_lockPatience);

        try
        {
            return await FileLock.TakeAsync(_files.Running, exclusive: true, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalServicesException($"A database already runs in {_files.Root}.");
        }
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        // Unlocked use of the file's handle: what it says is protected by the lock on 'running'.
        var preferred = ReadState()?.Port ?? 0;
        WriteState(null);
        var cluster = await PostgresCluster.PrepareAsync(options, new LineProgress(), cancellationToken);
        var log = new ServerLog(_files.Log);
        var server = await PostgresServer.StartAsync(cluster, options.Port, preferred, log, cancellationToken);

        try
        {
            WriteState(new ServerState(server.Port, Environment.ProcessId, server.ProcessId));
            await Console.Out.WriteLineAsync(Ready);
            var restarts = new Queue<long>();
            var lastHeld = _time.GetTimestamp();
            using var timer = new PeriodicTimer(s_poll);

            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (server.Exited.IsCompleted)
                {
                    NoteRestart(restarts, log);
                    server = await PostgresServer.StartAsync(cluster, options.Port, server.Port, log, cancellationToken);
                    WriteState(new ServerState(server.Port, Environment.ProcessId, server.ProcessId));
                }

                if (!File.Exists(_files.Server))
                {
                    // The data directory was deleted under us.
                    return;
                }

                using var alone = FileLock.TryTake(_files.Server, exclusive: true);

                if (alone is null || keep)
                {
                    lastHeld = _time.GetTimestamp();
                }
                else if (_time.GetElapsedTime(lastHeld) >= options.Grace)
                {
                    // Whoever comes now waits for this lock until the database has stopped, then starts it again.
                    alone.Write([]);
                    await server.StopAsync();

                    return;
                }
            }
        }
        finally
        {
            if (!server.Exited.IsCompleted)
            {
                await server.StopAsync();
            }
        }
    }

    private void NoteRestart(Queue<long> restarts, ServerLog log)
    {
        restarts.Enqueue(_time.GetTimestamp());

        while (restarts.TryPeek(out var first) && _time.GetElapsedTime(first) > s_restartWindow)
        {
            restarts.Dequeue();
        }

        if (restarts.Count > MaxRestarts)
        {
            throw new LocalServicesException(ServerMessages.Explain("PostgreSQL keeps stopping", log.Tail));
        }
    }

    private ServerState? ReadState() => File.Exists(_files.Server) ? ServerState.Parse(File.ReadAllBytes(_files.Server)) : null;

    /// <summary>Writes in place: the holders' locks belong to the file, so it is never replaced.</summary>
    private void WriteState(ServerState? state)
    {
        using var file = new FileStream(
            _files.Server,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
            }
        );
        file.SetLength(0);
        file.Write(state?.ToBytes() ?? []);
    }

    private sealed class LineProgress : IProgress<string>
    {
        public void Report(string value) => Console.Out.WriteLine(Progress + value);
    }

    /// <summary>Reads the verb's arguments.</summary>
    /// <returns>Null when they are wrong.</returns>
    public static PostgresCommand? Parse(ReadOnlySpan<string> arguments)
    {
        var options = LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable);
        var keep = false;

        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--keep":
                    keep = true;
                    break;
                case "--detached":
                    // Away from the starter's terminal: Ctrl-C there is not for us.
                    _ = NativeMethods.NewSession();
                    break;
                case "--not-durable":
                    options = options with { Durable = false };
                    break;
                case { } name when i + 1 < arguments.Length:
                    if (With(options, name, arguments[++i]) is not { } changed)
                    {
                        return null;
                    }

                    options = changed;
                    break;
                default:
                    return null;
            }
        }

        return new PostgresCommand(options, keep);
    }

    /// <summary>Arguments that <see cref="Parse"/> turns back into <paramref name="options"/>.</summary>
    public static IReadOnlyList<string> Arguments(LocalServicesOptions options)
    {
        List<string> arguments = ["postgres", "--detached", "--data", options.DataDirectory, "--tools", options.ToolsDirectory];
        arguments.AddRange(["--prepared", options.PreparedTools ?? "", "--user", options.PostgresUser]);
        arguments.AddRange(["--grace", options.Grace.TotalSeconds.ToString(CultureInfo.InvariantCulture)]);

        if (options.Port is { } port)
        {
            arguments.AddRange(["--port", port.ToString(CultureInfo.InvariantCulture)]);
        }

        return options.Durable ? arguments : [.. arguments, "--not-durable"];
    }

    private static LocalServicesOptions? With(LocalServicesOptions options, string name, string value) =>
        name switch
        {
            "--data" => options with { DataDirectory = Path.GetFullPath(value) },
            "--tools" => options with { ToolsDirectory = Path.GetFullPath(value) },
            "--prepared" => options with { PreparedTools = value.Length == 0 ? null : Path.GetFullPath(value) },
            "--user" => options with { PostgresUser = value },
            "--grace" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= 86_400 =>
                options with
                {
                    Grace = TimeSpan.FromSeconds(seconds),
                },
            "--port" when ushort.TryParse(value, CultureInfo.InvariantCulture, out var port) && port > 0 => options with { Port = port },
            _ => null,
        };
}
