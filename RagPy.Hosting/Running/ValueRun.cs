using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>A resource that is only a value: a parameter, a connection string.</summary>
internal sealed class ValueRun(IResource resource, RunServices run) : ResourceRun(resource, run)
{
    protected override Task RunAsync(CancellationToken stopping)
    {
        SetReady();

        return Task.CompletedTask;
    }
}
