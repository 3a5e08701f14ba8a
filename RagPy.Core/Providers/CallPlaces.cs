namespace RagPy.Core.Providers;

/// <summary>
/// The places that a call holds: in its gate, in its pool, and the permit that counts for all processes. Given back when disposed, once however often that is. Who
/// wants them kept until an answer is stored hands an empty one over with the request (<see cref="ProviderRequest.Kept"/>): so many answers at most are then out or
/// not stored yet as there may be calls at once. Not thread safe.
/// </summary>
internal sealed class CallPlaces : IAsyncDisposable
{
    private RateGate? _gate;
    private RateGate.Place? _place;
    private RateGate.Place? _pooled;
    private IAsyncDisposable? _permit;

    /// <summary>Waits for all places of a call.</summary>
    public static async Task<CallPlaces> EnterAsync(
        ProviderRequest request,
        RateGates gates,
        ICallPermits permits,
        CancellationToken cancellationToken
    )
    {
        var places = new CallPlaces();
        try
        {
            var limit = (request.MaxConcurrent, request.TokensPerMinute);
            places._gate = gates.Get(request.Gate);
            await places._gate.ShareAsync().WaitAsync(cancellationToken);
            places._place = await places._gate.EnterAsync(request.Party, request.Tokens, limit, cancellationToken);

            // In this order: a gate that must slow down then keeps no place of the pool from other models.
            if (request.Pool != request.Gate)
            {
                var pool = gates.Get(request.Pool);
                places._pooled = await pool.EnterAsync(request.Party, tokens: 0, (request.MaxConcurrent, 0), cancellationToken);
            }

            places._permit = await permits.AcquireAsync(request, cancellationToken);
            return places;
        }
        catch
        {
            await places.DisposeAsync();
            throw;
        }
    }

    /// <summary>The provider did not mind the rate.</summary>
    public void Accepted(RateHeaders headers, int tokens) => _place?.Accepted(headers, tokens);

    /// <summary>The provider answered 429.</summary>
    public void Limited(TimeSpan? retryAfter) => _place?.Limited(retryAfter);

    /// <summary>Hands the places over; what the other one held is the caller's matter.</summary>
    public void MoveTo(CallPlaces other)
    {
        (other._place, other._pooled, other._permit) = (_place, _pooled, _permit);
        (_place, _pooled, _permit) = (null, null, null);
    }

    /// <summary>Gives everything back.</summary>
    public async ValueTask DisposeAsync()
    {
        var (place, pooled, permit) = (_place, _pooled, _permit);
        (_place, _pooled, _permit) = (null, null, null);

        // The permit first: what goes to Redis arrives in this order, so that the next call does not wait for this one's.
        var released = permit?.DisposeAsync() ?? ValueTask.CompletedTask;
        pooled?.Dispose();
        place?.Dispose();
        await released;

        // Beside the calls: nobody waits for it.
        _ = _gate?.ShareAsync();
    }
}
