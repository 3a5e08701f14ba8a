using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace RagPy.Core.Providers;

/// <summary>
/// The pace of each provider as a hash: the share of every process that calls it, under a version. One script, so that no two processes see the same room. A process
/// that comes gets an equal part of what all have, taken from the others; what one that is gone had goes to those who stay. Both raise the version, and who comes with
/// an older one takes the share that was written for it in place of its own. In between each process finds its way by itself (<see cref="AdaptivePace"/>). With Redis
/// away each goes on with what it has, and says so to the Redis that comes back.
/// </summary>
internal sealed class RedisPaces(IConnectionMultiplexer redis, RedisRespite respite, TimeProvider time) : ISharedPaces
{
    /// <summary>
    /// KEYS: the hash. ARGV: process, its rate (0 for none), the version it saw last (empty for none), milliseconds after which a silent process is gone. Gives the
    /// version, the rate to go on with (0 for none), and 1 for a process that just came. A version is the hash's own name and a number: a hash that was lost has
    /// another name. A rate of 0 is one that is not known yet; -1 stands for one that was given up, because refusals turned out to be chance.
    /// </summary>
    private const string Script = """
        local t = redis.call('TIME')
        local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
        local me, rate = 'm:' .. ARGV[1], tonumber(ARGV[2])
        local name = redis.call('HGET', KEYS[1], 'name')
        if not name then
            name = ARGV[1] .. ':' .. tostring(now)
            redis.call('HSET', KEYS[1], 'name', name, 'version', '0', 'total', '0')
        end
        local version = tonumber(redis.call('HGET', KEYS[1], 'version'))
        local total = tonumber(redis.call('HGET', KEYS[1], 'total'))
        local isCurrent = ARGV[3] == name .. ' ' .. tostring(version)
        local isOfAnother = ARGV[3] ~= '' and string.sub(ARGV[3], 1, string.len(name)) ~= name
        local rates, sum, known, gone = {}, 0, 0, 0
        local flat = redis.call('HGETALL', KEYS[1])
        for i = 1, #flat, 2 do
            if string.sub(flat[i], 1, 2) == 'm:' then
                local r, at = string.match(flat[i + 1], '^(%S+) (%S+)$')
                if flat[i] ~= me and tonumber(at) <= now - tonumber(ARGV[4]) then
                    redis.call('HDEL', KEYS[1], flat[i])
                    gone = gone + math.max(0, tonumber(r))
                else
                    rates[flat[i]] = { tonumber(r), at }
                    if tonumber(r) > 0 then
                        sum = sum + tonumber(r)
                        known = known + 1
                    end
                end
            end
        end
        local function scale(by)
            for id, one in pairs(rates) do
                one[1] = one[1] * by
                redis.call('HSET', KEYS[1], id, tostring(one[1]) .. ' ' .. one[2])
            end
            sum = sum * by
            version = version + 1
            isCurrent = false
        end
        if gone > 0 and sum > 0 then scale((sum + gone) / sum) end
        local isNew = 0
        local mine = rates[me]
        if mine == nil and not isOfAnother then
            if sum > 0 then total = sum end
            if total > 0 then
                rate = total / (known + 1)
                isNew = 1
                if known > 0 then scale(known / (known + 1)) end
            end
        elseif mine ~= nil and mine[1] > 0 then
            if isCurrent then
                sum = sum - mine[1] + rate
            else
                rate = mine[1]
            end
            total = sum
        elseif rate == 0 and known > 0 and (mine == nil or mine[1] == 0) then
            rate = sum / known
        elseif rate > 0 then
            total = sum + rate
        end
        local stored = rate
        if rate == 0 and mine ~= nil and mine[1] ~= 0 then stored = -1 end
        redis.call('HSET', KEYS[1], me, tostring(stored) .. ' ' .. tostring(now), 'version', tostring(version), 'total', tostring(total))
        redis.call('PEXPIRE', KEYS[1], 600000)
        return { name .. ' ' .. tostring(version), tostring(rate), isNew }
        """;

    private readonly string _process = Guid.NewGuid().ToString("n");
    private readonly ConcurrentDictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>A process that says nothing for so long has no calls to make: its share goes to the others.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<SharedPace?> ExchangeAsync(string gate, double rate)
    {
        if (respite.IsAway)
        {
            return null;
        }

        try
        {
            var own = double.IsFinite(rate) ? rate : 0;
            RedisValue[] values =
            [
                _process,
                own.ToString("R", CultureInfo.InvariantCulture),
                _versions.GetValueOrDefault(gate, ""),
                (long)Patience.TotalMilliseconds,
            ];
            var answer = await redis
                .GetDatabase()
                .ScriptEvaluateAsync(Script, [$"ragpy:pace:{gate}"], values)
                .WaitAsync(RedisRespite.LongestWait, time);
            _versions[gate] = (string)answer[0]!;
            var shared = double.Parse((string)answer[1]!, CultureInfo.InvariantCulture);
            var isNew = (int)answer[2] == 1;
            return shared > 0 && (isNew || Math.Abs(shared - own) > 1e-9 * own) ? new SharedPace(shared, isNew) : null;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            respite.Begin(exception);
            return null;
        }
    }
}
