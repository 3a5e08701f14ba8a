using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;

namespace RagPy.Hosting.Running;

/// <summary>A service of the user's: it is not started here, only asked whether it answers.</summary>
internal sealed class GivenRun(IResource resource, BackingService backing, RunServices run) : ResourceRun(resource, run)
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var begin = Run.Time.GetTimestamp();
        while (await backing.FindProblemAsync(stopping) is { } problem)
        {
            if (Run.Time.GetElapsedTime(begin) > s_patience)
            {
                throw new ResourceDownException($"{Resource.Name}: {problem}");
            }

            await Task.Delay(s_retry, Run.Time, stopping);
        }

        SetReady();
    }
}
