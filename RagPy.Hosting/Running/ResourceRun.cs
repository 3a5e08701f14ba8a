using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;
using RagPy.LocalServices;

namespace RagPy.Hosting.Running;

/// <summary>A resource while the application runs.</summary>
internal abstract class ResourceRun(IResource resource, RunServices run)
{
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IResource Resource { get; } = resource;

    protected RunServices Run { get; } = run;

    /// <summary>Done when others may use it; failed with a <see cref="ResourceDownException"/> while it is down.</summary>
    public Task Ready => Volatile.Read(ref _ready).Task;

    /// <summary>Waits for what it depends on, then runs until it is cancelled. What could not be started is started when a person wants that.</summary>
    public async Task RunAsync(IReadOnlyList<ResourceRun> dependencies, CancellationToken stopping)
    {
        try
        {
            while (!await TryRunAsync(dependencies, stopping))
            {
                await WaitUntilWantedAsync(stopping);
                dependencies = [];
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _ready.TrySetCanceled(stopping);
        }
    }

    /// <summary>Ends its processes, when the run ends.</summary>
    public virtual Task EndAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task RunAsync(CancellationToken stopping);

    /// <summary>Waits until a person wants it to be started in spite of all.</summary>
    protected virtual Task WaitUntilWantedAsync(CancellationToken stopping) => Task.Delay(Timeout.InfiniteTimeSpan, Run.Time, stopping);

    protected void SetReady()
    {
        if (!_ready.TrySetResult() && _ready.Task.IsFaulted)
        {
            // It was down: those who are started from now on need not know.
            var ready = new TaskCompletionSource();
            ready.SetResult();
            Volatile.Write(ref _ready, ready);
        }

        Run.Changes.Signal();
    }

    /// <summary>Tells those who wait, or, when it was ready before, the person who started the run.</summary>
    protected void SetDown(ResourceDownException reason)
    {
        if (!_ready.TrySetException(reason))
        {
            Run.Console.Complain(reason.Message);
        }

        Run.Changes.Signal();
    }

    private async Task<bool> TryRunAsync(IReadOnlyList<ResourceRun> dependencies, CancellationToken stopping)
    {
        try
        {
            foreach (var dependency in dependencies)
            {
                await WaitForAsync(dependency, stopping);
            }

            await RunAsync(stopping);

            return true;
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServicesException or NpgsqlException)
        {
            SetDown(e as ResourceDownException ?? new ResourceDownException($"{Resource.Name}: {e.Message}"));

            return false;
        }
    }

    private async Task WaitForAsync(ResourceRun dependency, CancellationToken stopping)
    {
        try
        {
            await dependency.Ready.WaitAsync(stopping);
        }
        catch (ResourceDownException)
        {
            throw new ResourceDownException(
                $"{Resource.Name} was not started: it waits for {dependency.Resource.Name}, which stays down.",
                isConsequence: true
            );
        }
    }
}
