namespace RagPy.Core.Indexing;

/// <summary>Answers the queries of one project: those that wait while a scan runs are answered together by the next one.</summary>
internal sealed class ProjectIndex(
    long projectId,
    Func<IndexSnapshot?, CancellationToken, Task<IndexSnapshot?>> refresh,
    int workers,
    TimeProvider time
) : IDisposable
{
    /// <summary>Queries of one scan; more wait for the next.</summary>
    private const int MaxBatch = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = [];
    private bool _running;
    private bool _disposed;
    private IndexSnapshot? _snapshot;

    public long ProjectId { get; } = projectId;

    /// <summary>When a query last came (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long LastUsed { get; private set; }

    /// <summary>Size of the segments held.</summary>
    public long MappedBytes
    {
        get
        {
            lock (_lock)
            {
                return _snapshot?.MappedBytes ?? 0;
            }
        }
    }

    public Task<StoreAnswer> QueryAsync(StoreQuery query, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(query, cancellationToken);
        lock (_lock)
        {
            LastUsed = time.GetTimestamp();
            _waiting.Enqueue(waiting);
            if (!_running)
            {
                _running = true;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }
        }

        return waiting.Completion.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the segments go; searches under way keep theirs to their end.</summary>
    public void Release() => Replace(null);

    /// <summary>Lets the segments go for good.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        Release();
    }

    private async Task RunAsync()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            try
            {
                await AnswerAsync(batch).ConfigureAwait(false);
            }
            // Whatever it is, it belongs to the callers who wait, not to this loop.
            catch (Exception e)
            {
                batch.ForEach(w => w.Completion.TrySetException(e));
            }
        }
    }

    private List<Waiting> TakeBatch()
    {
        lock (_lock)
        {
            var batch = new List<Waiting>();
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var waiting))
            {
                if (!waiting.CancellationToken.IsCancellationRequested)
                {
                    batch.Add(waiting);
                }
            }

            _running = batch.Count > 0;
            return batch;
        }
    }

    private async Task AnswerAsync(List<Waiting> batch)
    {
        // Held from here on: a release meanwhile must not unmap what is being read.
        using var held = AcquireCurrent();

        // Not the callers' tokens: one of them going away must not end the search of the others.
        var next = await refresh(held, CancellationToken.None).ConfigureAwait(false);
        using var snapshot = next?.Acquire();
        if (!ReferenceEquals(next, held))
        {
            Replace(next);
        }

        if (snapshot is null)
        {
            batch.ForEach(w => w.Completion.TrySetResult(new StoreAnswer([], [])));
            return;
        }

        var dense = RunDense(snapshot, batch);
        var sparse = new IReadOnlyList<PointHit>[batch.Count];
        Parallel.For(
            0,
            batch.Count,
            new ParallelOptions { MaxDegreeOfParallelism = workers },
            i =>
            {
                var query = batch[i].Query;
                sparse[i] = query.Sparse is null ? [] : SparseScorer.Run(snapshot, query.Sparse, query.Top, query.Documents);
            }
        );
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Completion.TrySetResult(new StoreAnswer(dense[i], sparse[i]));
        }
    }

    /// <summary>Queries over the same documents and of the same dimension share a scan.</summary>
    private IReadOnlyList<PointHit>[] RunDense(IndexSnapshot snapshot, List<Waiting> batch)
    {
        var answers = new IReadOnlyList<PointHit>[batch.Count];
        Array.Fill(answers, []);
        var groups = Enumerable
            .Range(0, batch.Count)
            .Where(i => batch[i].Query.Dense is not null)
            .GroupBy(i => (batch[i].Query.Documents, batch[i].Query.Dense!.Value.Length));
        foreach (var group in groups)
        {
            var wanted = group.Key.Documents;
            var ranges = snapshot.Views.SelectMany(view =>
                (wanted is null ? view.LiveRanges : view.RangesOf(view.Select(wanted))).Select(r => (view, r.Start, r.End))
            );
            var members = group.ToList();
            var scan = new DenseScan([.. members.Select(i => new DenseQuery(batch[i].Query.Dense!.Value, batch[i].Query.Top))], ranges);
            var found = scan.Run(workers);
            for (var i = 0; i < found.Length; i++)
            {
                answers[members[i]] = found[i];
            }
        }

        return answers;
    }

    private IndexSnapshot? AcquireCurrent()
    {
        lock (_lock)
        {
            return _snapshot?.Acquire();
        }
    }

    private void Replace(IndexSnapshot? next)
    {
        IndexSnapshot? old;
        lock (_lock)
        {
            // After the end nobody would let a new snapshot go.
            old = _snapshot;
            _snapshot = _disposed ? null : next;
            next = _disposed ? next : null;
        }

        old?.Dispose();
        next?.Dispose();
    }

    private sealed record Waiting(StoreQuery Query, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<StoreAnswer> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
