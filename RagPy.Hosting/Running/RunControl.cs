using Aspire.Hosting;

namespace RagPy.Hosting.Running;

/// <summary>Starts, stops and scales the processes of a run, by the name of a resource (all its replicas) or of one replica.</summary>
internal sealed class RunControl(IReadOnlyList<ProcessRun> runs)
{
    /// <summary>What is stopped or stays down is started; returns when it is healthy.</summary>
    /// <exception cref="DistributedApplicationException">There is none of this name, or it does not come up.</exception>
    public Task StartAsync(string name, CancellationToken cancellationToken)
    {
        var (resource, replica) = Find(name);

        return resource.StartAsync(replica, cancellationToken);
    }

    /// <summary>Ends it; it stays so until it is started. Returns when its process has ended.</summary>
    /// <exception cref="DistributedApplicationException">There is none of this name.</exception>
    public Task StopAsync(string name, CancellationToken cancellationToken)
    {
        var (resource, replica) = Find(name);

        return resource.StopAsync(replica, cancellationToken);
    }

    /// <summary>Ends it and starts it, the replicas of a resource one after the other; returns when it is healthy.</summary>
    /// <exception cref="DistributedApplicationException">There is none of this name, or it does not come up.</exception>
    public Task RestartAsync(string name, CancellationToken cancellationToken)
    {
        var (resource, replica) = Find(name);

        return resource.RestartAsync(replica, cancellationToken);
    }

    /// <summary>Starts more replicas of a resource, or ends the newest of them.</summary>
    /// <param name="name">The resource, or one of its replicas.</param>
    /// <exception cref="DistributedApplicationException">There is none of this name, or it cannot have so many.</exception>
    public Task ScaleAsync(string name, int replicas, CancellationToken cancellationToken) =>
        Find(name).Resource.ScaleAsync(replicas, cancellationToken);

    private (ProcessRun Resource, ReplicaRun? Replica) Find(string name)
    {
        foreach (var run in runs)
        {
            if (string.Equals(run.Resource.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return (run, null);
            }

            if (run.Replicas.FirstOrDefault(replica => string.Equals(replica.Name, name, StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return (run, found);
            }
        }

        throw new DistributedApplicationException(
            $"Nothing that runs is called '{name}'; there are {string.Join(", ", runs.Select(run => run.Resource.Name))}."
        );
    }
}
