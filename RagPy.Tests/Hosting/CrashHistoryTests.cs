using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting;

public sealed class CrashHistoryTests
{
    [Fact]
    public void A_process_that_dies_at_once_is_started_again_ever_later_and_then_no_more()
    {
        var history = new CrashHistory(TimeProvider.System);
        var pauses = new List<TimeSpan?>();
        for (var i = 0; i < 5; i++)
        {
            history.NoteStart();
            pauses.Add(history.NoteCrash());
        }

        Assert.Null(pauses[^1]);
        Assert.All(pauses[..^1], pause => Assert.NotNull(pause));
        Assert.Equal(pauses[..^1].Order(), pauses[..^1]);
    }

    [Fact]
    public void A_process_that_ran_for_a_minute_begins_anew()
    {
        var clock = new SteppedTime();
        var history = new CrashHistory(clock);
        for (var i = 0; i < 20; i++)
        {
            history.NoteStart();
            clock.Step(TimeSpan.FromMinutes(1));

            Assert.NotNull(history.NoteCrash());
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan by) => _ticks += by.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
