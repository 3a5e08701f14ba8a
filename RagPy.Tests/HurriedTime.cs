namespace RagPy.Tests;

/// <summary>A clock that tells the time as it is and lets waits end after a tenth of theirs, for what waits on a simulator that keeps nobody waiting.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Hurry = 10;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

    private static TimeSpan Shorten(TimeSpan wait) => wait == Timeout.InfiniteTimeSpan ? wait : wait / Hurry;
}
