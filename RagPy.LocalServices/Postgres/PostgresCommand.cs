namespace RagPy.LocalServices.Postgres;

/// <summary>The verb <c>postgres</c>.</summary>
/// <remarks>
/// In the foreground it is what an orchestrator runs: it serves the database until it is told to stop, or, when another process serves it already, keeps that one
/// from leaving and takes its place when it ends. So command line and orchestrator share one database, whichever came first.
/// </remarks>
internal sealed class PostgresCommand(PostgresArguments arguments)
{
    /// <summary>Words that begin a line on standard output when detached; the starter reads them.</summary>
    public const string Progress = "progress ";
    public const string Ready = "ready";
    public const string Failed = "failed ";

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_lockPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_statePatience = TimeSpan.FromSeconds(10);

    // Orchestrators kill after six seconds or more.
    private static readonly TimeSpan s_foregroundShutdown = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_detachedShutdown = TimeSpan.FromSeconds(20);

    private readonly LocalServicesOptions _options = arguments.Options;
    private readonly PostgresFiles _files = PostgresFiles.Of(arguments.Options);

    /// <summary>Runs to the end.</summary>
    /// <returns>0 when it stopped in order, 1 when it could not run; the reason is on standard output when detached, else on standard error.</returns>
    public async Task<int> RunAsync()
    {
        if (arguments.IsDetached)
        {
            // Away from the starter's terminal: Ctrl-C there is not for us.
            _ = NativeMethods.NewSession();
        }

        using var stop = new StopRequest(arguments.Parent);

        try
        {
            PostgresTools.DemandPlatform();
            _files.Create();
            await (arguments.IsDetached ? DetachedAsync(stop.Token) : ForegroundAsync(stop.Token));

            return 0;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is LocalServicesException or IOException or UnauthorizedAccessException)
        {
            var reason = e.Message.ReplaceLineEndings(" ");
            await (arguments.IsDetached ? Console.Out.WriteLineAsync(Failed + reason) : Console.Error.WriteLineAsync(reason));

            return 1;
        }
    }

    private async Task DetachedAsync(CancellationToken cancellationToken)
    {
        using var running = await TakeRunningAsync(cancellationToken);
        var service = new PostgresService(_options, _files, s_detachedShutdown, new Lines(Progress));
        await service.RunAsync(isKept: false, _ => Console.Out.WriteLine(Ready), cancellationToken);
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

    private async Task ForegroundAsync(CancellationToken cancellationToken)
    {
        using var hold = await FileLock.TakeAsync(_files.Server, exclusive: false, cancellationToken);

        while (true)
        {
            // As every starter does: whoever asks meanwhile waits, and then shares what runs.
            using (var starting = await FileLock.TakeAsync(_files.Starting, exclusive: true, cancellationToken))
            using (var running = FileLock.TryTake(_files.Running, exclusive: true))
            {
                if (running is not null)
                {
                    var service = new PostgresService(_options, _files, s_foregroundShutdown, new Lines(""));
                    await service.RunAsync(isKept: true, port => Announce(port, starting), cancellationToken);

                    throw new LocalServicesException($"The folder {_files.Root} was removed while the database ran; stopped it.");
                }
            }

            await ShareAsync(hold, cancellationToken);
        }
    }

    private static void Announce(int port, FileLock starting)
    {
        starting.Dispose();
        Console.Out.WriteLine($"PostgreSQL answers on 127.0.0.1:{port}.");
    }

    /// <summary>Returns when nobody serves the database any more.</summary>
    private async Task ShareAsync(FileLock hold, CancellationToken cancellationToken)
    {
        var unknown = TimeProvider.System.GetTimestamp();
        ServerState? known = null;
        using var timer = new PeriodicTimer(s_poll);

        do
        {
            if (ServerState.Parse(hold.Read()) is { } state)
            {
                if (_options.Port is { } port && port != state.Port)
                {
                    throw new LocalServicesException(
                        $"The database in {_files.Root} already runs on port {state.Port} (process {state.Pid}), so that it cannot run on port {port}; wait until that one has ended, or start again to use its port."
                    );
                }

                if (state != known)
                {
                    await Console.Out.WriteLineAsync(
                        $"PostgreSQL answers on 127.0.0.1:{state.Port}, run by process {state.Pid}; shared with it."
                    );
                }

                known = state;
            }
            else if (known is null && TimeProvider.System.GetElapsedTime(unknown) > s_statePatience)
            {
                throw new LocalServicesException(
                    $"The database in {_files.Root} does not say on which port it runs; end its process, then start again."
                );
            }
        } while (FileLock.IsHeldExclusively(_files.Running) && await timer.WaitForNextTickAsync(cancellationToken));
    }

    private sealed class Lines(string prefix) : IProgress<string>
    {
        public void Report(string value) => Console.Out.WriteLine(prefix + value);
    }
}
