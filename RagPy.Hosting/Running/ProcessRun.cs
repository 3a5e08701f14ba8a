using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>A resource that is one process or several like ones.</summary>
internal sealed class ProcessRun : ResourceRun
{
    // No vowels: names never spell anything.
    private const string Letters = "bcdfghjkmnpqrstvwxz0123456789";
    private const int SuffixLength = 8;

    private readonly ReplicaRun[] _replicas;
    private int _waiting;

    public ProcessRun(IResource resource, ReplicaLaunch launch, int replicas, RunServices run)
        : base(resource, run)
    {
        _replicas =
        [
            .. Enumerable
                .Range(0, replicas)
                .Select(_ =>
                {
                    var instance = RandomNumberGenerator.GetString(Letters, SuffixLength);

                    return new ReplicaRun($"{resource.Name}-{instance}", instance, launch, run);
                }),
        ];
        _waiting = replicas;
    }

    public int Replicas => _replicas.Length;

    public override Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_replicas.Select(replica => replica.StopAsync(cancellationToken)));

    protected override async Task RunAsync(CancellationToken stopping)
    {
        if (_replicas.Length == 0)
        {
            SetReady();

            return;
        }

        await Task.WhenAll(_replicas.Select(replica => KeepAsync(replica, stopping)));
    }

    /// <summary>One that stays down does not end the others.</summary>
    private async Task KeepAsync(ReplicaRun replica, CancellationToken stopping)
    {
        try
        {
            await replica.RunAsync(Once(), stopping);
        }
        catch (DistributedApplicationException e)
        {
            SetDown(e as ResourceDownException ?? new ResourceDownException($"{Resource.Name}: {e.Message}"));
        }
    }

    /// <summary>Counts a replica as ready, whatever happens to it later.</summary>
    private Action Once()
    {
        var done = 0;

        return () =>
        {
            if (Interlocked.Exchange(ref done, 1) == 0 && Interlocked.Decrement(ref _waiting) == 0)
            {
                SetReady();
            }
        };
    }
}
