using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;
using RagPy.LocalServices;

namespace RagPy.Hosting.Running;

/// <summary>A resource while the application runs.</summary>
internal abstract class ResourceRun(IResource resource, RunServices run)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IResource Resource { get; } = resource;

    protected RunServices Run { get; } = run;

    /// <summary>Done when others may use it; failed with a <see cref="ResourceDownException"/> when they never will.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Waits for what it depends on, then runs until it is cancelled.</summary>
    public async Task RunAsync(IReadOnlyList<ResourceRun> dependencies, CancellationToken stopping)
    {
        try
        {
            foreach (var dependency in dependencies)
            {
                await WaitForAsync(dependency, stopping);
            }

            await RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _ready.TrySetCanceled(stopping);
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServicesException or NpgsqlException)
        {
            SetDown(e as ResourceDownException ?? new ResourceDownException($"{Resource.Name}: {e.Message}"));
        }
    }

    /// <summary>Ends its processes.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task RunAsync(CancellationToken stopping);

    protected void SetReady() => _ready.TrySetResult();

    /// <summary>Tells those who wait, or, when it was ready before, the person who started the run.</summary>
    protected void SetDown(ResourceDownException reason)
    {
        if (!_ready.TrySetException(reason))
        {
            Run.Console.Complain(reason.Message);
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
