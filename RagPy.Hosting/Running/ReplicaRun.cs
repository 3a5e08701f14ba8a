using Aspire.Hosting;
using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>One process of a resource: started, watched, started again when it dies, stopped.</summary>
/// <param name="name">Its name with the orchestrator: the resource's and <paramref name="instance"/>.</param>
/// <param name="instance">What identifies it in telemetry; the same for every start.</param>
internal sealed class ReplicaRun(string name, string instance, ReplicaLaunch launch, RunServices run)
{
    private static readonly TimeSpan s_untilHealthy = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_whenHealthy = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(7);

    /// <summary>What requests under way may take when one replica of several is stopped; uploads among them.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(30);

    private readonly ReplicaExecutable _executable = new(name, run);
    private readonly Lock _gate = new();
    private TaskCompletionSource<ReplicaRound> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReplicaRound? _round;
    private ReplicaStatus _status = new();
    private volatile bool _wasReady;
    private int _starts;

    public string Name { get; } = name;

    /// <summary>What identifies it in telemetry.</summary>
    public string Instance { get; } = instance;

    public ReplicaStatus Status => Volatile.Read(ref _status);

    public ReplicaLog Log { get; } = new(run.Time);

    /// <summary>It has been healthy once.</summary>
    public bool WasReady => _wasReady;

    /// <summary>Keeps the process running, for as long as people want that, until it is cancelled.</summary>
    /// <param name="onReady">Called when a process is healthy for the first time.</param>
    /// <param name="onDown">Called when it dies again and again and stays down.</param>
    public async Task RunAsync(Action onReady, Action<ResourceDownException> onDown, CancellationToken stopping)
    {
        await Task.Yield();
        _ = Begin();
        while (true)
        {
            var round = await Volatile.Read(ref _next).Task.WaitAsync(stopping);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, round.End);
            var reason = $"{Name} was stopped";
            try
            {
                await KeepAsync(round, onReady, either.Token, stopping);
            }
            catch (OperationCanceledException) when (round.End.IsCancellationRequested && !stopping.IsCancellationRequested)
            {
                await EndRoundAsync(stopping);
            }
            catch (DistributedApplicationException e)
            {
                reason = e.Message;
                Log.Note(reason, isError: true);
                Show(Status with { State = ReplicaState.Down, Health = null, Reason = reason });
                onDown(e as ResourceDownException ?? new ResourceDownException($"{Name}: {reason}"));
            }

            NoteOver(round, reason);
        }
    }

    /// <summary>Starts it unless it runs; returns when it is healthy.</summary>
    /// <exception cref="ResourceDownException">It stays down, or is stopped meanwhile.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await Begin().Outcome.WaitAsync(cancellationToken) is { } reason)
        {
            throw new ResourceDownException(reason);
        }
    }

    /// <summary>Ends it, gracefully for a bounded time; it stays so until it is started. Returns when it has ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (End() is { } over)
        {
            await over.WaitAsync(cancellationToken);
            Tell($"{Name} was stopped.", isError: false);
        }
    }

    /// <summary>Ends it and starts it again; returns when it is healthy.</summary>
    /// <exception cref="ResourceDownException">It stays down, or is stopped meanwhile.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        if (End() is { } over)
        {
            await over.WaitAsync(cancellationToken);
        }

        await StartAsync(cancellationToken);
    }

    /// <summary>Ends the process, when the run ends and nothing starts it again, and waits for that, for a bounded time.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (!_executable.IsAlive)
        {
            return;
        }

        Show(Status with { State = ReplicaState.Stopping, Health = null });
        await _executable.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(s_stop, run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            ShowEnd(ReplicaState.Stopped, await _executable.WaitForEndAsync(either.Token), reason: null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Tell($"{Name} did not end within {s_stop.TotalSeconds:0} s and is killed.", isError: true);
        }
    }

    /// <summary>The present round; a new one where it is over.</summary>
    private ReplicaRound Begin()
    {
        lock (_gate)
        {
            if (_round is null)
            {
                _round = new ReplicaRound();
                _next.SetResult(_round);
            }

            return _round;
        }
    }

    /// <summary>Asks the present round to end; null when there is none.</summary>
    private Task? End()
    {
        lock (_gate)
        {
            _round?.Ask();

            return _round?.Over;
        }
    }

    private void NoteOver(ReplicaRound round, string reason)
    {
        lock (_gate)
        {
            _round = null;
            _next = new TaskCompletionSource<ReplicaRound>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        round.NoteOver(reason);
        round.Dispose();
    }

    private async Task KeepAsync(ReplicaRound round, Action onReady, CancellationToken cancellationToken, CancellationToken stopping)
    {
        var crashes = new CrashHistory(run.Time);
        while (true)
        {
            crashes.NoteStart();
            var status = await RunOnceAsync(round, onReady, cancellationToken, stopping);
            var words = await _executable.ReadLastWordsAsync(status, cancellationToken);
            await _executable.RemoveAsync(stopping);
            if (launch.MayFinish && status is { State: "Finished", ExitCode: 0 })
            {
                ShowEnd(ReplicaState.Finished, status, reason: null);
                NoteReady(round, onReady);

                return;
            }

            var what = $"{Name} {Describe(status)}";
            if (crashes.NoteCrash() is not { } pause)
            {
                ShowEnd(ReplicaState.Down, status, reason: null);
                var lines = words.Select(line => $"{Environment.NewLine}    {line}").DefaultIfEmpty(" (it printed nothing)");
                throw new ResourceDownException(
                    $"{what}, {crashes.Crashes} times in a row, and stays down. Its last lines:{string.Concat(lines)}"
                );
            }

            // Who was killed had nothing to say about it.
            var reason = status.ExitCode == -1 || words.Count == 0 ? "" : $": {words[^1]}";
            ShowEnd(ReplicaState.Crashed, status, $"{what}{reason}");
            Tell($"{what}{reason} (starting it again in {pause.TotalSeconds:0.#} s)", isError: true);
            await Task.Delay(pause, run.Time, cancellationToken);
        }
    }

    private async Task<ExecutableStatus> RunOnceAsync(
        ReplicaRound round,
        Action onReady,
        CancellationToken cancellationToken,
        CancellationToken stopping
    )
    {
        var spec = await launch.DescribeAsync(Instance, cancellationToken);
        Show(new ReplicaStatus { State = ReplicaState.Starting, Spec = spec });

        _starts++;

        // Not to be cancelled by the round's end: half made, it could not be found and ended.
        await _executable.CreateAsync(spec, launch.Serves, stopping);
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var follower = new LogFollower(Name, run.Client, Log, run.Time);
        using var copying = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var follow = follower.RunAsync(copying.Token);
        var health = WatchHealthAsync(round, onReady, _starts > 1, alive.Token);
        try
        {
            return await _executable.WaitForEndAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Here, so that its last words are seen.
            await alive.CancelAsync();
            await health;
            if (launch.Listed is { } list)
            {
                list.Remove(Name);
                await DrainAsync(stopping);
            }

            await EndAsync(stopping);
            throw;
        }
        finally
        {
            await alive.CancelAsync();
            await health;
            launch.Listed?.Remove(Name);
            await copying.CancelAsync();
            await follow;
            if (!stopping.IsCancellationRequested)
            {
                await follower.FinishAsync(stopping);
            }
        }
    }

    private async Task EndRoundAsync(CancellationToken stopping)
    {
        await EndAsync(stopping);
        await _executable.RemoveAsync(stopping);
        Show(Status with { State = ReplicaState.Stopped, Health = null });
    }

    /// <summary>
    /// It is off the list: lets everybody see that, then has it end by itself what it is still asked. The orchestrator would give it six seconds for that.
    /// </summary>
    private async Task DrainAsync(CancellationToken stopping)
    {
        Show(Status with { State = ReplicaState.Stopping, Health = null });
        await Task.Delay(ReplicaList.Settling, run.Time, stopping);
        if (_executable.Process is not { } process)
        {
            return;
        }

        Signals.Send(process, Signals.Terminate);
        using var patience = new CancellationTokenSource(s_drain, run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        try
        {
            ShowEnd(ReplicaState.Stopped, await _executable.WaitForEndAsync(either.Token), reason: null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Tell($"{Name} was still busy after {s_drain.TotalSeconds:0} s and is made to end.", isError: true);
        }
    }

    private async Task WatchHealthAsync(ReplicaRound round, Action onReady, bool again, CancellationToken cancellationToken)
    {
        try
        {
            ShowStart(await _executable.WaitForStartAsync(cancellationToken));
            var begin = run.Time.GetTimestamp();
            var wasHealthy = false;
            var said = false;
            while (true)
            {
                var problem = launch.FindProblemAsync is { } find ? await find(Name, cancellationToken) : null;
                Show(Status with { Health = new HealthFinding(problem, run.Time.GetUtcNow()) });
                if (problem is null)
                {
                    if (again || said)
                    {
                        Tell(
                            $"{Name} is {(wasHealthy ? "healthy again" : $"ready after {run.Time.GetElapsedTime(begin).TotalSeconds:0.0} s")}.",
                            isError: false
                        );
                    }

                    if (!wasHealthy && launch.Listed is { } list && launch.FindPort(Name) is { } port)
                    {
                        list.Add(Name, port);
                    }

                    NoteReady(round, onReady);
                    (wasHealthy, again, said) = (true, false, false);
                }
                else if (!said && (wasHealthy || run.Time.GetElapsedTime(begin) > s_patience))
                {
                    Tell($"{Name} is not healthy: {problem}", isError: true);
                    said = true;
                }

                if (launch.FindProblemAsync is null)
                {
                    return;
                }

                await Task.Delay(wasHealthy ? s_whenHealthy : s_untilHealthy, run.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process has ended, or all are stopped.
        }
    }

    private void NoteReady(ReplicaRound round, Action onReady)
    {
        _wasReady = true;
        round.NoteReady();
        onReady();
    }

    private void ShowStart(ExecutableStatus status)
    {
        Log.Note($"Process {status.Pid} runs.", isError: false);
        Show(
            Status with
            {
                State = ReplicaState.Running,
                Pid = status.Pid,
                Spec = Status.Spec! with { Args = status.EffectiveArgs ?? Status.Spec.Args, Env = status.EffectiveEnv ?? Status.Spec.Env },
                StartedAt = status.StartupTimestamp ?? run.Time.GetUtcNow(),
            }
        );
    }

    private void ShowEnd(ReplicaState state, ExecutableStatus? status, string? reason) =>
        Show(
            Status with
            {
                State = state,
                Health = null,
                Pid = null,
                StoppedAt = status?.FinishTimestamp ?? run.Time.GetUtcNow(),
                ExitCode = status?.ExitCode,
                Reason = reason,
            }
        );

    /// <summary>To the person who started the run, and to the one who reads this replica's log.</summary>
    private void Tell(string line, bool isError)
    {
        Log.Note(line, isError);
        if (isError)
        {
            run.Console.Complain(line);
        }
        else
        {
            run.Console.Say(line);
        }
    }

    private void Show(ReplicaStatus status)
    {
        Volatile.Write(ref _status, status);
        run.Changes.Signal();
    }

    private static string Describe(ExecutableStatus status) =>
        status switch
        {
            { State: "FailedToStart" } => "could not be started",
            { ExitCode: -1 } => "was killed",
            { ExitCode: { } code } => $"ended with code {code}",
            _ => "ended",
        };
}
