namespace RagPy.Gateway.Forwarding;

/// <summary>
/// Bounds retries to a fifth of the requests of the last ten seconds, so that replicas in trouble are not given more work by those who wait for them. A few are always
/// allowed: in a quiet system one failure would be more than a fifth.
/// </summary>
internal sealed class RetryBudget(TimeProvider time)
{
    private const double Share = 0.2;
    private const int AlwaysAllowed = 10;
    private const int Seconds = 10;

    private readonly Lock _gate = new();
    private readonly (long Second, int Requests, int Retries)[] _slots = new (long, int, int)[Seconds];

    /// <summary>Counts a request of a client.</summary>
    public void CountRequest()
    {
        lock (_gate)
            Slot().Requests++;
    }

    /// <summary>Takes one retry from the budget; false when it is used up.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            ref var slot = ref Slot();
            var (requests, retries) = (0, 0);
            foreach (var other in _slots)
            {
                if (other.Second > slot.Second - Seconds)
                    (requests, retries) = (requests + other.Requests, retries + other.Retries);
            }

            if (retries >= Math.Max(AlwaysAllowed, requests * Share))
                return false;

            slot.Retries++;

            return true;
        }
    }

    private ref (long Second, int Requests, int Retries) Slot()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        ref var slot = ref _slots[second % Seconds];
        if (slot.Second != second)
            slot = (second, 0, 0);

        return ref slot;
    }
}
