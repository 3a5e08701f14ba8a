namespace RagPy.Core.Providers;

/// <summary>
/// When the next call to a provider may begin: additive increase, multiplicative decrease (Chiu and Jain 1989) on the rate of calls, held to what the provider was
/// seen to take. A decrease goes to just below the highest rate that was accepted lately, and not to a fraction of the present one, so that the pace stays close
/// under a real limit; and a refusal at a rate that has been accepted before is taken for chance. While nothing is known of a limit, calls at once grow step by step
/// (slow start, Jacobson 1988), and a refusal in the first seconds, or the second in a row, holds back further calls until one of those under way tells whether it
/// was chance. Pure: time comes in as an argument. Not thread safe.
/// </summary>
internal sealed class AdaptivePace
{
    /// <summary>So many refusals in a row are no chance.</summary>
    private const int AllRefused = 4;

    private const int MinLimitedForShare = 4;
    private const double LimitedShare = 0.25;

    /// <summary>Share of the proven rate that a refusal leads back to.</summary>
    private const double Below = 0.93;

    /// <summary>Share of the present rate kept by the refusal that ends a search.</summary>
    private const double EndOfSearch = 0.85;

    /// <summary>Calls at once to begin with, and by how much each accepted one raises them: a quarter more with every round.</summary>
    private const double FirstWindow = 4;
    private const double WindowGrowth = 0.25;
    private const double MaxWindow = 4096;

    /// <summary>
    /// Growth a second: while the limit is searched for, where it rises with every second without a refusal up to the most; near the limit; and once no refusal has
    /// come for <see cref="s_calm"/>.
    /// </summary>
    private const double SearchGrowth = 0.1;
    private const double SearchGrowthRise = 0.03;
    private const double MostSearchGrowth = 0.5;
    private const double SlowGrowth = 0.01;
    private const double CalmGrowth = 0.02;

    private const double SlowestRate = 0.05;

    private static readonly TimeSpan s_bucket = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_window = 4 * s_bucket;
    private static readonly TimeSpan s_proof = 10 * s_bucket;
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    /// <summary>A call that comes late, because a timer did, may be caught up by so much.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(60);

    private readonly BucketCounts _accepted = new(s_bucket);
    private readonly BucketCounts _begun = new(s_bucket);
    private readonly BucketCounts _limited = new(s_bucket);
    private TimeSpan _next;
    private TimeSpan _pausedUntil;
    private TimeSpan _historySince;
    private TimeSpan _lastDecrease = TimeSpan.MinValue;
    private TimeSpan _lastGrowth;
    private TimeSpan _tolerantUntil = TimeSpan.MinValue;
    private ChanceTrial? _trial;
    private double _window = FirstWindow;
    private int _limitedInARow;
    private bool _isHeld;
    private bool _hasBegun;
    private bool _isSearching;

    /// <summary>Calls a second; infinite until a provider has refused one.</summary>
    public double Rate { get; private set; } = double.PositiveInfinity;

    /// <summary>Calls at once that are wise; any number once a rate is known.</summary>
    public int Window =>
        double.IsFinite(Rate) ? int.MaxValue
        : _isHeld ? 1
        : (int)_window;

    /// <summary>The earliest time for the next call.</summary>
    public TimeSpan NotBefore => _next > _pausedUntil ? _next : _pausedUntil;

    /// <summary>Takes over a rate that others have learnt. What was accepted before, at another rate, tells nothing any more.</summary>
    /// <param name="wait">Before the first call at it.</param>
    public void Adopt(double rate, TimeSpan now, TimeSpan wait)
    {
        Rate = Math.Max(SlowestRate, rate);
        (_isSearching, _isHeld, _trial) = (false, false, null);
        _historySince = _lastDecrease = _lastGrowth = now;
        _hasBegun = true;
        _next = now + TimeSpan.FromSeconds(1 / Rate);
        Pause(now, wait);
    }

    /// <summary>Notes that a call begins.</summary>
    public void Begin(TimeSpan now)
    {
        if (!_hasBegun)
        {
            (_hasBegun, _historySince, _lastGrowth) = (true, now, now);
        }

        _begun.Add(now);
        if (double.IsFinite(Rate))
        {
            var from = _next > now - s_slack ? _next : now - s_slack;
            _next = from + TimeSpan.FromSeconds(1 / Rate);
        }
    }

    /// <summary>Notes that a call was not refused for its rate, however it ended.</summary>
    public void Accepted(TimeSpan now)
    {
        _accepted.Add(now);
        _limitedInARow = 0;
        _isHeld = false;
        if (_trial is { } trial && trial.Accepted())
        {
            _trial = null;
        }

        if (double.IsFinite(Rate))
        {
            Grow(now);
        }
        else
        {
            _window = Math.Min(_window + WindowGrowth, MaxWindow);
        }
    }

    /// <summary>Notes a 429.</summary>
    /// <param name="begun">When the call began.</param>
    public void Limited(TimeSpan begun, TimeSpan now, TimeSpan? retryAfter)
    {
        _limited.Add(now);
        _limitedInARow++;
        _isHeld = _limitedInARow > 1 || now - _historySince < s_window;

        // What began before the last decrease tells nothing about the pace since.
        if (begun <= _lastDecrease)
        {
            return;
        }

        var accepted = _accepted.Count(now, s_window);
        var limited = _limited.Count(now, s_window);
        var allRefused = _limitedInARow >= AllRefused;
        if (allRefused || (limited >= MinLimitedForShare && limited > LimitedShare * (accepted + limited)))
        {
            (_trial, _tolerantUntil) = (null, TimeSpan.MinValue);
            Shrink(now, accepted);
            Pause(now, allRefused ? retryAfter ?? TimeSpan.Zero : TimeSpan.Zero);
        }
        else if (_trial is { } trial)
        {
            if (trial.Limited())
            {
                (Rate, _trial, _tolerantUntil) = (double.PositiveInfinity, null, now + s_tolerance);
            }
        }
        else if (now - _historySince >= s_proof && !_isSearching)
        {
            ReturnToProven(now);
        }
        else if (double.IsFinite(Rate))
        {
            Decrease(now, Rate * EndOfSearch);
            (_historySince, _isSearching) = (_isSearching ? now : _historySince, false);
        }
    }

    /// <summary>Notes what the provider's headers say is left: with nothing left, the next call waits for the reset.</summary>
    public void Observe(RateHeaders headers, int nextTokens, TimeSpan now)
    {
        if (headers.Requests is { } requests)
        {
            // What is left may be asked for at once: there is nothing to feel one's way to.
            _window = Math.Max(_window, Math.Min(requests / 2.0, MaxWindow));
        }

        if (headers.Requests <= 0)
        {
            Pause(now, headers.RequestsReset);
        }

        if (headers.Tokens is { } left && left < nextTokens)
        {
            Pause(now, headers.TokensReset);
        }
    }

    /// <summary>To just below what was accepted before; when refusals were several, to see whether that helps.</summary>
    private void ReturnToProven(TimeSpan now)
    {
        var limited = _limited.Count(now, s_proof);
        var share = limited / (double)(limited + _accepted.Count(now, s_proof));
        if (now < _tolerantUntil && share <= ChanceTrial.MostTolerated)
        {
            return;
        }

        var begun = _begun.Rate(now, s_proof);
        var proven = Below * _accepted.Highest(now, s_proof, _historySince);
        if (Rate <= proven || begun <= proven)
        {
            return;
        }

        if (limited >= ChanceTrial.FewestLimited)
        {
            _trial = new ChanceTrial(share);
            Decrease(now, ChanceTrial.Slower * begun);
        }
        else
        {
            Decrease(now, proven);
        }
    }

    /// <summary>The provider takes less than was thought: what was accepted before tells nothing any more.</summary>
    private void Shrink(TimeSpan now, int accepted)
    {
        var measured = now - _historySince;
        var isYoung = measured < s_window;
        var seconds = isYoung ? Math.Max(1, measured.TotalSeconds) : s_window.TotalSeconds;

        // At the very start the provider's burst allowance is in the count.
        Decrease(now, accepted / seconds * (isYoung ? 0.7 : 0.9));
        (_isSearching, _historySince) = (true, now);
    }

    private void Decrease(TimeSpan now, double rate)
    {
        Rate = Math.Max(SlowestRate, Math.Min(Rate, rate));
        _lastDecrease = _lastGrowth = now;
        _next = now + TimeSpan.FromSeconds(1 / Rate);
    }

    private void Grow(TimeSpan now)
    {
        var calm = now - _lastDecrease;
        var growth =
            _trial is not null ? 0
            : _isSearching ? Math.Min(SearchGrowth + (SearchGrowthRise * calm.TotalSeconds), MostSearchGrowth)
            : calm > s_calm ? CalmGrowth
            : SlowGrowth;
        Rate *= 1 + (growth * (now - _lastGrowth).TotalSeconds);
        _lastGrowth = now;
    }

    private void Pause(TimeSpan now, TimeSpan wait)
    {
        var until = now + (wait < s_longestPause ? wait : s_longestPause);
        _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
    }

    /// <summary>Counts of events in fixed intervals of the last half minute.</summary>
    private sealed class BucketCounts(TimeSpan bucket)
    {
        private const int Buckets = 64;
        private readonly int[] _counts = new int[Buckets];
        private long _newest;

        public void Add(TimeSpan now)
        {
            Move(now);
            _counts[_newest % Buckets]++;
        }

        /// <summary>Events within the window that ends now.</summary>
        public int Count(TimeSpan now, TimeSpan window)
        {
            Move(now);
            return Sum(_newest, (int)(window / bucket));
        }

        /// <summary>Events a second within the window that ends now.</summary>
        public double Rate(TimeSpan now, TimeSpan window)
        {
            var count = Count(now, window);
            var first = TimeSpan.FromTicks((_newest - (int)(window / bucket) + 1) * bucket.Ticks);
            return count / (now - first).TotalSeconds;
        }

        /// <summary>Highest number of events a second over any window since a time.</summary>
        public double Highest(TimeSpan now, TimeSpan window, TimeSpan since)
        {
            Move(now);
            var width = (int)(window / bucket);
            var first = Math.Max(since.Ticks / bucket.Ticks, _newest - Buckets + 1) + width - 1;
            var highest = 0;
            for (var last = first; last <= _newest; last++)
            {
                highest = Math.Max(highest, Sum(last, width));
            }

            return highest / window.TotalSeconds;
        }

        private int Sum(long last, int width)
        {
            var sum = 0;
            for (var i = last; i > last - width && i >= 0; i--)
            {
                sum += _counts[i % Buckets];
            }

            return sum;
        }

        private void Move(TimeSpan now)
        {
            var index = now.Ticks / bucket.Ticks;
            for (var i = Math.Max(_newest + 1, index - Buckets + 1); i <= index; i++)
            {
                _counts[i % Buckets] = 0;
            }

            _newest = Math.Max(_newest, index);
        }
    }
}
