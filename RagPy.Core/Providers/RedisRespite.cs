using Microsoft.Extensions.Logging;

namespace RagPy.Core.Providers;

/// <summary>After Redis failed it is left alone for a while, in which everything goes on without it. Thread safe.</summary>
internal sealed partial class RedisRespite(TimeProvider time, ILogger<RedisRespite> logger)
{
    /// <summary>How long Redis is not asked after it failed.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for an answer of Redis: a connection that is lost may keep a command for longer than its own time limit.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private long _awaySince;

    /// <summary>Redis did not answer lately.</summary>
    public bool IsAway => Volatile.Read(ref _awaySince) is var since and not 0 && time.GetElapsedTime(since) < Length;

    /// <summary>Notes that Redis failed.</summary>
    public void Begin(Exception exception)
    {
        if (!IsAway)
        {
            LogAway(exception);
        }

        Volatile.Write(ref _awaySince, time.GetTimestamp());
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Redis is away: limits on calls to providers hold for this process alone until it is back"
    )]
    private partial void LogAway(Exception exception);
}
