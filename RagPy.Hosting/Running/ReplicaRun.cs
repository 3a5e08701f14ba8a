using System.Text.Json;
using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>One process of a resource: started, watched, started again when it dies, stopped.</summary>
/// <param name="name">Its name with the orchestrator: the resource's and <paramref name="instance"/>.</param>
/// <param name="instance">What identifies it in telemetry; the same for every start.</param>
internal sealed class ReplicaRun(string name, string instance, ReplicaLaunch launch, RunServices run)
{
    private const int LastLines = 8;
    private static readonly TimeSpan s_untilHealthy = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_whenHealthy = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(7);

    public string Name { get; } = name;

    /// <summary>Keeps the process running until it is cancelled, has done its work, or dies again and again.</summary>
    /// <param name="onReady">Called when the process is healthy for the first time.</param>
    /// <exception cref="ResourceDownException">It stays down.</exception>
    public async Task RunAsync(Action onReady, CancellationToken stopping)
    {
        var crashes = new CrashHistory(run.Time);
        while (true)
        {
            crashes.NoteStart();
            var status = await RunOnceAsync(onReady, crashes.Crashes > 0, stopping);
            var words = await ReadLastWordsAsync(status, stopping);
            await RemoveAsync(stopping);
            if (launch.MayFinish && status is { State: "Finished", ExitCode: 0 })
            {
                onReady();

                return;
            }

            var what = $"{Name} {Describe(status)}";
            if (crashes.NoteCrash() is not { } pause)
            {
                var lines = words.Select(line => $"{Environment.NewLine}    {line}").DefaultIfEmpty(" (it printed nothing)");
                throw new ResourceDownException(
                    $"{what}, {crashes.Crashes} times in a row, and stays down. Its last lines:{string.Concat(lines)}"
                );
            }

            // Who was killed had nothing to say about it.
            var reason = status.ExitCode == -1 || words.Count == 0 ? "" : $": {words[^1]}";
            run.Console.Complain($"{what}{reason} (starting it again in {pause.TotalSeconds:0.#} s)");
            await Task.Delay(pause, run.Time, stopping);
        }
    }

    /// <summary>Ends the process and waits for that, for a bounded time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var present = run.Executables.Present.FirstOrDefault(executable => executable.Metadata.Name == Name);
        if (present is null || present.Status is { HasEnded: true })
        {
            return;
        }

        await run.Client.StopExecutableAsync(Name, cancellationToken);
        using var patience = new CancellationTokenSource(s_stop, run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await run.Executables.WaitAsync(Name, executable => executable?.Status is null or { HasEnded: true }, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            run.Console.Complain($"{Name} did not end within {s_stop.TotalSeconds:0} s and is killed.");
        }
    }

    private async Task<ExecutableStatus> RunOnceAsync(Action onReady, bool again, CancellationToken stopping)
    {
        var spec = await launch.DescribeAsync(instance, stopping);
        var serves = JsonSerializer.Serialize(launch.Serves, JsonSerializerOptions.Web);
        await run.Client.CreateAsync(
            DcpKind.Executables,
            new DcpObject<ExecutableSpec, ExecutableStatus>
            {
                Kind = DcpKind.Executable,
                Metadata = new DcpMetadata
                {
                    Name = Name,
                    Annotations = new Dictionary<string, string> { [DcpKind.ServiceProducer] = serves },
                },
                Spec = spec,
            },
            stopping
        );
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var health = WatchHealthAsync(onReady, again, alive.Token);
        try
        {
            // It may not be seen yet: absent means ended only after it was there.
            await run.Executables.WaitAsync(Name, executable => executable is not null, stopping);
            var ended = await run.Executables.WaitAsync(
                Name,
                executable => executable?.Status is null or { HasEnded: true } && !IsNew(executable),
                stopping
            );

            return ended?.Status ?? new ExecutableStatus { State = "NotFound" };
        }
        finally
        {
            await alive.CancelAsync();
            await health;
        }
    }

    /// <summary>Made, and not looked at by the orchestrator yet.</summary>
    private static bool IsNew(DcpObject<ExecutableSpec, ExecutableStatus>? executable) => executable is { Status: null };

    private async Task WatchHealthAsync(Action onReady, bool again, CancellationToken cancellationToken)
    {
        try
        {
            await run.Executables.WaitAsync(Name, executable => executable?.Status is { IsRunning: true }, cancellationToken);
            var begin = run.Time.GetTimestamp();
            var wasHealthy = false;
            var said = false;
            while (true)
            {
                var problem = launch.FindProblemAsync is { } find ? await find(Name, cancellationToken) : null;
                if (problem is null)
                {
                    if (again || said)
                    {
                        run.Console.Say(
                            $"{Name} is {(wasHealthy ? "healthy again" : $"ready after {run.Time.GetElapsedTime(begin).TotalSeconds:0.0} s")}."
                        );
                    }

                    onReady();
                    (wasHealthy, again, said) = (true, false, false);
                }
                else if (!said && (wasHealthy || run.Time.GetElapsedTime(begin) > s_patience))
                {
                    run.Console.Complain($"{Name} is not healthy: {problem}");
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

    private async Task<IReadOnlyList<string>> ReadLastWordsAsync(ExecutableStatus status, CancellationToken cancellationToken)
    {
        if (status.State is "FailedToStart")
        {
            return await run.Client.ReadLastLinesAsync(Name, "system", LastLines, cancellationToken);
        }

        var error = await run.Client.ReadLastLinesAsync(Name, "stderr", LastLines, cancellationToken);

        return error.Count > 0 ? error : await run.Client.ReadLastLinesAsync(Name, "stdout", LastLines, cancellationToken);
    }

    /// <summary>An executable never runs twice: the next start needs its name.</summary>
    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await run.Client.DeleteAsync(DcpKind.Executables, Name, cancellationToken);
        await run.Executables.WaitAsync(Name, executable => executable is null, cancellationToken);
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
