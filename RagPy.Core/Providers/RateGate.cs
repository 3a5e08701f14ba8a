namespace RagPy.Core.Providers;

/// <summary>
/// Lets calls to one provider and model through: so many at once, as fast as the provider takes them, so many tokens a minute, and by turns between the parties
/// that wait. Who waits before a second try holds no place. Thread safe.
/// </summary>
/// <param name="exchange">Tells other processes the rate that was learnt and is told theirs; null where there are none. Does not throw.</param>
internal sealed class RateGate(TimeProvider time, Func<double, Task<SharedPace?>>? exchange = null) : IDisposable
{
    /// <summary>How often what was learnt is exchanged while calls are made, and how long one that comes new waits for the others to make room.</summary>
    private static readonly TimeSpan s_exchange = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly long _origin = time.GetTimestamp();
    private readonly AdaptivePace _pace = new();
    private readonly Dictionary<string, Queue<Waiter>> _waiting = [];
    private readonly Queue<string> _turns = new();
    private ITimer? _timer;
    private int _inFlight;
    private double _tokens;
    private TimeSpan _tokensAt;
    private bool _hasTokens;
    private Task? _exchanging;
    private TimeSpan _exchangedAt;
    private bool _hasExchanged;

    /// <summary>Calls between their begin and their end.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _inFlight;
            }
        }
    }

    /// <summary>Calls a second that are let through now; infinite while nothing was refused.</summary>
    public double Rate
    {
        get
        {
            lock (_lock)
            {
                return _pace.Rate;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Waits for a place.</summary>
    /// <param name="party">Parties are served in turn.</param>
    /// <param name="tokens">Tokens the call will be counted with.</param>
    /// <param name="limit">Calls at once, and tokens a minute (0 for no limit), as configured now.</param>
    public async Task<Place> EnterAsync(
        string party,
        int tokens,
        (int Concurrent, int TokensPerMinute) limit,
        CancellationToken cancellationToken
    )
    {
        var waiter = new Waiter(tokens, limit);
        lock (_lock)
        {
            if (!_waiting.TryGetValue(party, out var queue))
            {
                _waiting[party] = queue = new Queue<Waiter>();
                _turns.Enqueue(party);
            }

            queue.Enqueue(waiter);
            Admit();
        }

        await using (cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter))
        {
            return new Place(this, await waiter.Task);
        }
    }

    /// <summary>Exchanges what was learnt with other processes, when it is time: waited for before the first call, later beside the calls.</summary>
    public Task ShareAsync()
    {
        lock (_lock)
        {
            var isDue = !_hasExchanged || Now - _exchangedAt >= s_exchange;
            if (exchange is not null && isDue && _exchanging is not { IsCompleted: false })
            {
                _exchangedAt = Now;
                _exchanging = ExchangeAsync(exchange, _pace.Rate);
            }

            return _hasExchanged ? Task.CompletedTask : _exchanging ?? Task.CompletedTask;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async Task ExchangeAsync(Func<double, Task<SharedPace?>> exchange, double rate)
    {
        // Not under the lock.
        await Task.Yield();
        var shared = await exchange(rate);
        lock (_lock)
        {
            _hasExchanged = true;
            if (shared is { } pace)
            {
                _pace.Adopt(pace.Rate, Now, pace.IsNew ? s_exchange : TimeSpan.Zero);
                Admit();
            }
        }
    }

    private void Admit()
    {
        while (_turns.TryPeek(out var party))
        {
            var queue = _waiting[party];
            while (queue.TryPeek(out var gone) && gone.Task.IsCompleted)
            {
                queue.Dequeue();
            }

            if (queue.Count == 0)
            {
                _turns.Dequeue();
                _waiting.Remove(party);
                continue;
            }

            var next = queue.Peek();
            var now = Now;
            var wait = _inFlight >= Math.Min(next.Limit.Concurrent, _pace.Window) ? Timeout.InfiniteTimeSpan : WaitFor(next, now);
            if (wait != TimeSpan.Zero)
            {
                Wake(wait);
                return;
            }

            queue.Dequeue();
            _turns.Enqueue(_turns.Dequeue());
            if (next.TrySetResult(now))
            {
                _inFlight++;
                _tokens -= next.Tokens;
                _pace.Begin(now);
            }
        }
    }

    private TimeSpan WaitFor(Waiter next, TimeSpan now)
    {
        var wait = _pace.NotBefore - now;
        if (next.Limit.TokensPerMinute > 0)
        {
            // A bucket that fills evenly and holds a minute's allowance; one call larger than that waits until it is full.
            var perSecond = next.Limit.TokensPerMinute / 60.0;
            _tokens = _hasTokens
                ? Math.Min(next.Limit.TokensPerMinute, _tokens + (perSecond * (now - _tokensAt).TotalSeconds))
                : next.Limit.TokensPerMinute;
            (_hasTokens, _tokensAt) = (true, now);
            var missing = Math.Min(next.Tokens, next.Limit.TokensPerMinute) - _tokens;
            var refill = TimeSpan.FromSeconds(Math.Max(0, missing / perSecond));
            wait = refill > wait ? refill : wait;
        }

        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private void Wake(TimeSpan wait)
    {
        if (wait == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        _timer ??= time.CreateTimer(static state => ((RateGate)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            Admit();
        }
    }

    private void Leave(Action<AdaptivePace, TimeSpan>? note)
    {
        lock (_lock)
        {
            _inFlight--;
            note?.Invoke(_pace, Now);
            Admit();
        }
    }

    private sealed class Waiter(int tokens, (int Concurrent, int TokensPerMinute) limit)
        : TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Tokens { get; } = tokens;

        public (int Concurrent, int TokensPerMinute) Limit { get; } = limit;
    }

    /// <summary>A place in the gate, given back when disposed. Exactly one of the reports is made before that; none when the call never went out.</summary>
    internal sealed class Place(RateGate gate, TimeSpan begun) : IDisposable
    {
        private Action<AdaptivePace, TimeSpan>? _note;
        private bool _isLeft;

        /// <summary>The provider did not mind the rate.</summary>
        public void Accepted(RateHeaders headers, int tokens) =>
            _note = (pace, now) =>
            {
                pace.Accepted(now);
                pace.Observe(headers, tokens, now);
            };

        /// <summary>The provider answered 429.</summary>
        public void Limited(TimeSpan? retryAfter) => _note = (pace, now) => pace.Limited(begun, now, retryAfter);

        public void Dispose()
        {
            if (!_isLeft)
            {
                _isLeft = true;
                gate.Leave(_note);
            }
        }
    }
}
