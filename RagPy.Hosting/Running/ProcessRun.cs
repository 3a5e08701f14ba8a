using System.Collections.Immutable;
using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>A resource that is one process or several like ones.</summary>
internal sealed class ProcessRun : ResourceRun
{
    /// <summary>More on one machine is a slip of the finger.</summary>
    public const int MaxReplicas = 32;

    // No vowels: names never spell anything.
    private const string Letters = "bcdfghjkmnpqrstvwxz0123456789";
    private const int SuffixLength = 8;

    private readonly ReplicaLaunch _launch;
    private readonly SemaphoreSlim _scaling = new(1, 1);
    private readonly Lock _gate = new();
    private readonly List<Task> _kept = [];
    private ImmutableArray<ReplicaRun> _replicas;
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The run's end; null until the first process may start.</summary>
    private CancellationToken? _stopping;

    public ProcessRun(IResource resource, ReplicaLaunch launch, int replicas, RunServices run)
        : base(resource, run)
    {
        _launch = launch;
        _replicas = [.. Enumerable.Range(0, replicas).Select(_ => Create())];
    }

    /// <summary>The processes, the oldest first.</summary>
    public ImmutableArray<ReplicaRun> Replicas
    {
        get
        {
            lock (_gate)
            {
                return _replicas;
            }
        }
    }

    /// <summary>Why there can be no other number of replicas; null when there can.</summary>
    public string? ScaleProblem =>
        Resource is not ProjectResource ? $"{Resource.Name} is one process."
        : Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(one => one.TargetPort is not null || !one.IsProxied) is { } one
            ? $"The replicas of {Resource.Name} cannot all listen on the one port of its endpoint '{one.Name}'."
        : null;

    /// <summary>Starts those that are stopped or stay down; returns when all are healthy.</summary>
    /// <param name="one">Only this replica.</param>
    /// <exception cref="DistributedApplicationException">One does not come up.</exception>
    public Task StartAsync(ReplicaRun? one, CancellationToken cancellationToken)
    {
        Want();

        return Task.WhenAll(These(one).Select(replica => replica.StartAsync(cancellationToken)));
    }

    /// <summary>Ends them; they stay so until they are started. Returns when they have ended.</summary>
    /// <param name="one">Only this replica.</param>
    public Task StopAsync(ReplicaRun? one, CancellationToken cancellationToken) =>
        Task.WhenAll(These(one).Select(replica => replica.StopAsync(cancellationToken)));

    /// <summary>
    /// Ends and starts one after the other, each when the one before is healthy. Of a resource that may have several replicas and has one, a second one stands in
    /// meanwhile.
    /// </summary>
    /// <param name="one">Only this replica.</param>
    /// <exception cref="DistributedApplicationException">One does not come up; those after it are left as they are.</exception>
    public async Task RestartAsync(ReplicaRun? one, CancellationToken cancellationToken)
    {
        Want();
        if (one is null && ScaleProblem is null && Replicas is [{ Status.State: ReplicaState.Running } single])
        {
            await ScaleAsync(2, cancellationToken);
            await single.RestartAsync(cancellationToken);
            await ScaleAsync(1, cancellationToken);

            return;
        }

        foreach (var replica in These(one))
        {
            await replica.RestartAsync(cancellationToken);
        }
    }

    /// <summary>Starts more replicas, or ends the newest.</summary>
    /// <exception cref="DistributedApplicationException">It cannot have so many.</exception>
    public async Task ScaleAsync(int replicas, CancellationToken cancellationToken)
    {
        if ((ScaleProblem ?? OutOfRange(replicas)) is { } problem)
        {
            throw new DistributedApplicationException(problem);
        }

        await _scaling.WaitAsync(cancellationToken);
        try
        {
            var present = Replicas;
            var more = Enumerable.Range(0, Math.Max(0, replicas - present.Length)).Select(_ => Create()).ToArray();
            foreach (var replica in more)
            {
                Add(replica);
            }

            var fewer = present.Skip(replicas).ToArray();
            await Task.WhenAll(fewer.Select(replica => replica.StopAsync(cancellationToken)));
            lock (_gate)
            {
                _replicas = _replicas.RemoveRange(fewer);
            }

            Run.Changes.Signal();
            Run.Console.Say($"{Resource.Name} has {replicas} {(replicas == 1 ? "replica" : "replicas")}.");
            await Task.WhenAll(more.Select(replica => replica.StartAsync(cancellationToken)));
        }
        finally
        {
            _scaling.Release();
        }
    }

    public override Task EndAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Replicas.Select(replica => replica.EndAsync(cancellationToken)));

    protected override async Task RunAsync(CancellationToken stopping)
    {
        lock (_gate)
        {
            _stopping = stopping;
            _kept.AddRange(_replicas.Select(replica => KeepAsync(replica, stopping)));
            if (_replicas.IsEmpty)
            {
                SetReady();
            }
        }

        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, Run.Time, stopping);
        }
        finally
        {
            await Task.WhenAll(_kept);
        }
    }

    protected override async Task WaitUntilWantedAsync(CancellationToken stopping)
    {
        await _wanted.Task.WaitAsync(stopping);
        lock (_gate)
        {
            _wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private ImmutableArray<ReplicaRun> These(ReplicaRun? one) => one is null ? Replicas : [one];

    private void Want()
    {
        lock (_gate)
        {
            _wanted.TrySetResult();
        }
    }

    private static string? OutOfRange(int replicas) =>
        replicas is >= 1 and <= MaxReplicas ? null : $"There can be 1 to {MaxReplicas} replicas, and not {replicas}.";

    private ReplicaRun Create()
    {
        var instance = RandomNumberGenerator.GetString(Letters, SuffixLength);

        return new ReplicaRun($"{Resource.Name}-{instance}", instance, _launch, Run);
    }

    private void Add(ReplicaRun replica)
    {
        lock (_gate)
        {
            _replicas = _replicas.Add(replica);
            if (_stopping is { } stopping)
            {
                _kept.Add(KeepAsync(replica, stopping));
            }
        }
    }

    /// <summary>One that stays down does not end the others.</summary>
    private async Task KeepAsync(ReplicaRun replica, CancellationToken stopping)
    {
        try
        {
            await replica.RunAsync(NoteReady, SetDown, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // All are stopped.
        }
    }

    /// <summary>It is ready when every replica has been once, whatever happens to them later.</summary>
    private void NoteReady()
    {
        if (Replicas.All(replica => replica.WasReady))
        {
            SetReady();
        }
    }
}
