using System.Globalization;
using StackExchange.Redis;

namespace RagPy.Core.Providers;

/// <summary>
/// Limits on calls that hold for all processes together: a lease a call, and a bucket of tokens that fills evenly over a minute. Each is one script, so that no two
/// processes see the same free place. A lease has a name of its own and ends by itself soon after its call must have ended: a process that stalls or dies keeps no
/// place, and what it gives back late is nobody else's. Parties that wait are served before one that has more places than they. With Redis away each process keeps
/// to its own limits.
/// </summary>
internal sealed class RedisPermits(IConnectionMultiplexer redis, RedisRespite respite, TimeProvider time) : ICallPermits
{
    /// <summary>
    /// KEYS: leases by their end, waiting parties by when they asked, the bucket. ARGV: lease, party, limit, lease's milliseconds, tokens, tokens a minute. Gives 0
    /// for a lease, else the milliseconds after which to ask again.
    /// </summary>
    private const string AcquireScript = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 2000)
        local counts, total = {}, 0
        for _, lease in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
            local party = string.match(lease, '^(.*)|')
            counts[party] = (counts[party] or 0) + 1
            total = total + 1
        end
        local wait = 0
        if total >= tonumber(ARGV[3]) then wait = 10 end
        local own = counts[ARGV[2]] or 0
        if wait == 0 then
            for _, other in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
                if other ~= ARGV[2] and (counts[other] or 0) < own then wait = 10 end
            end
        end
        local perMinute = tonumber(ARGV[6])
        if wait == 0 and perMinute > 0 then
            local left = tonumber(redis.call('HGET', KEYS[3], 'left') or perMinute)
            local at = tonumber(redis.call('HGET', KEYS[3], 'at') or now)
            left = math.min(perMinute, left + (now - at) * perMinute / 60000)
            local need = math.min(tonumber(ARGV[5]), perMinute)
            if left < need then
                wait = math.ceil((need - left) * 60000 / perMinute)
            else
                left = left - tonumber(ARGV[5])
            end
            redis.call('HSET', KEYS[3], 'left', tostring(left), 'at', tostring(now))
            redis.call('PEXPIRE', KEYS[3], 120000)
        end
        if wait > 0 then
            redis.call('ZADD', KEYS[2], now, ARGV[2])
            redis.call('PEXPIRE', KEYS[2], 10000)
            return wait
        end
        redis.call('ZADD', KEYS[1], now + tonumber(ARGV[4]), ARGV[1])
        redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[4]) + 60000)
        redis.call('ZREM', KEYS[2], ARGV[2])
        return 0
        """;

    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(1);

    private TimeProvider Clock => time;

    private IDatabase Database => redis.GetDatabase();

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> AcquireAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var party = request.Party.Replace('|', '_');
        var lease = $"{party}|{Guid.NewGuid():n}";
        while (!respite.IsAway)
        {
            try
            {
                var wait = await TryAcquireAsync(request, party, lease);
                if (wait == TimeSpan.Zero)
                {
                    return new Lease(this, respite, LeasesOf(request), lease);
                }

                await Task.Delay(wait < s_longestWait ? wait : s_longestWait, time, cancellationToken);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                respite.Begin(exception);
            }
        }

        return LocalPermits.None;
    }

    /// <summary>Parties that wait at a gate.</summary>
    internal Task<long> CountWaitingAsync(ProviderRequest request) => Database.SortedSetLengthAsync(WaitingOf(request));

    private async Task<TimeSpan> TryAcquireAsync(ProviderRequest request, string party, string lease)
    {
        // The braces keep a pool's keys on one node of a cluster.
        RedisKey[] keys = [LeasesOf(request), WaitingOf(request), $"ragpy:{{{request.Pool}}}:tokens:{request.Gate}"];
        RedisValue[] values =
        [
            lease,
            party,
            request.MaxConcurrent,
            (long)(request.Timeout + RedisRespite.Length).TotalMilliseconds,
            request.Tokens,
            request.TokensPerMinute,
        ];
        var answer = await Database.ScriptEvaluateAsync(AcquireScript, keys, values).WaitAsync(RedisRespite.LongestWait, time);
        return TimeSpan.FromMilliseconds(double.Parse(answer.ToString(), CultureInfo.InvariantCulture));
    }

    private static RedisKey WaitingOf(ProviderRequest request) => $"ragpy:{{{request.Pool}}}:waiting";

    private static RedisKey LeasesOf(ProviderRequest request) => $"ragpy:{{{request.Pool}}}:leases";

    private sealed class Lease(RedisPermits permits, RedisRespite respite, RedisKey leases, string lease) : IAsyncDisposable
    {
        private bool _isReleased;

        public async ValueTask DisposeAsync()
        {
            if (_isReleased)
            {
                return;
            }

            _isReleased = true;
            try
            {
                await permits.Database.SortedSetRemoveAsync(leases, lease).WaitAsync(RedisRespite.LongestWait, permits.Clock);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // It ends by itself.
                respite.Begin(exception);
            }
        }
    }
}
