using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>A server in a container: started, watched, started again when it ends.</summary>
/// <param name="describeAsync">Describes the container; called anew for each start.</param>
internal sealed class ContainerRun(
    ContainerResource resource,
    BackingService backing,
    Func<CancellationToken, Task<ContainerSpec>> describeAsync,
    RunServices run
) : ResourceRun(resource, run)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(7);

    private string Name => Resource.Name;

    /// <summary>What is left of it then, the orchestrator removes at its end.</summary>
    public override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Run.Containers.Present.All(container => container.Metadata.Name != Name))
        {
            return;
        }

        using var patience = new CancellationTokenSource(s_stop, Run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            await RemoveAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            Run.Console.Complain($"The container of {Name} did not end within {s_stop.TotalSeconds:0} s.");
        }
    }

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var crashes = new CrashHistory(Run.Time);
        while (true)
        {
            crashes.NoteStart();
            var status = await RunOnceAsync(stopping);
            await RemoveAsync(stopping);
            var what = $"The container of {Name} {Describe(status)}";
            if (crashes.NoteCrash() is not { } pause)
            {
                throw new ResourceDownException($"{what}, {crashes.Crashes} times in a row, and stays down.");
            }

            Run.Console.Complain($"{what} (starting it again in {pause.TotalSeconds:0.#} s)");
            await Task.Delay(pause, Run.Time, stopping);
        }
    }

    private async Task<ContainerStatus?> RunOnceAsync(CancellationToken stopping)
    {
        await Run.Client.CreateAsync(
            DcpKind.Containers,
            new DcpObject<ContainerSpec, ContainerStatus>
            {
                Kind = DcpKind.Container,
                Metadata = new DcpMetadata { Name = Name },
                Spec = await describeAsync(stopping),
            },
            stopping
        );
        await Run.Containers.WaitAsync(Name, container => container is not null, stopping);
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var health = WaitUntilHealthyAsync(alive.Token);
        try
        {
            var ended = await Run.Containers.WaitAsync(Name, container => container is null or { Status.HasEnded: true }, stopping);

            return ended?.Status;
        }
        finally
        {
            await alive.CancelAsync();
            await health;
        }
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Run.Containers.WaitAsync(Name, container => container is { Status.IsRunning: true }, cancellationToken);
            while (await backing.FindProblemAsync(cancellationToken) is not null)
            {
                await Task.Delay(s_poll, Run.Time, cancellationToken);
            }

            SetReady();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It has ended, or all are stopped.
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await Run.Client.DeleteAsync(DcpKind.Containers, Name, cancellationToken);
        await Run.Containers.WaitAsync(Name, container => container is null, cancellationToken);
    }

    private static string Describe(ContainerStatus? status) =>
        status switch
        {
            { IsWithoutRuntime: true } => "cannot run: the container runtime does not answer",
            { State: "FailedToStart", Message: { Length: > 0 } message } => $"could not be started: {message.Trim()}",
            { State: "FailedToStart" } => "could not be started",
            { ExitCode: { } code } => $"ended with code {code}",
            _ => "ended",
        };
}
