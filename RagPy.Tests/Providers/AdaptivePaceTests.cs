using RagPy.Core.Providers;
using Xunit;

namespace RagPy.Tests.Providers;

/// <summary>The pace against providers whose limits are known, in simulated time.</summary>
public sealed class AdaptivePaceTests
{
    [Theory]
    [InlineData(5, 0.2, 4)]
    [InlineData(10, 0.05, 16)]
    [InlineData(20, 0.2, 16)]
    [InlineData(50, 0.05, 16)]
    [InlineData(50, 0.05, 64)]
    [InlineData(200, 0.1, 64)]
    public void A_real_limit_is_used_to_nine_tenths_and_seldom_exceeded(double allowed, double latency, int concurrent)
    {
        var run = Simulate(seconds: 60, latency, concurrent, Bucket(_ => allowed));

        Assert.True(run.Accepted >= 0.9 * allowed * 60, $"{run.Accepted / 60.0:0.0} of {allowed} a second");
        Assert.True(run.Limited < 0.05 * (run.Accepted + run.Limited), $"{run.Limited} of {run.Accepted + run.Limited} refused");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Refusals_by_chance_do_not_slow_the_pace(int seed)
    {
        var random = new Random(seed);

        var run = Simulate(seconds: 120, latency: 0.2, concurrent: 4, _ => random.NextDouble() >= 0.05);

        Assert.True(run.Accepted >= 0.84 * 0.95 * 20 * 120, $"{run.Accepted / 120.0:0.0} accepted of 19 possible a second");
    }

    [Theory]
    [InlineData(19)]
    [InlineData(18)]
    [InlineData(17)]
    [InlineData(16)]
    public void A_limit_just_below_what_is_asked_for_is_not_taken_for_chance(double allowed)
    {
        var run = Simulate(seconds: 60, latency: 0.2, concurrent: 4, Bucket(_ => allowed));

        Assert.True(run.Accepted >= 0.95 * allowed * 60, $"{run.Accepted / 60.0:0.0} of {allowed} a second");
        Assert.True(run.Limited < 0.06 * (run.Accepted + run.Limited), $"{run.Limited} of {run.Accepted + run.Limited} refused");
    }

    [Fact]
    public void A_limit_far_below_what_could_be_asked_for_is_found_by_a_handful_of_refusals()
    {
        var run = Simulate(seconds: 2, latency: 0.05, concurrent: 64, Bucket(_ => 10));

        Assert.InRange(run.Limited, 1, 8);
    }

    [Fact]
    public void While_nothing_is_known_calls_at_once_grow_and_a_refusal_waits_for_another_answer()
    {
        var pace = new AdaptivePace();
        var now = TimeSpan.FromSeconds(1);
        Assert.Equal(4, pace.Window);
        for (var i = 0; i < 4; i++)
        {
            pace.Begin(now);
            pace.Accepted(now);
        }

        Assert.Equal(5, pace.Window);
        pace.Begin(now);
        pace.Begin(now);
        pace.Limited(now, now, TimeSpan.FromSeconds(1));
        Assert.Equal(1, pace.Window);
        pace.Accepted(now);
        Assert.Equal(5, pace.Window);
        Assert.Equal(double.PositiveInfinity, pace.Rate);
    }

    [Fact]
    public void Headers_that_say_how_much_is_left_spare_the_feeling_of_the_way()
    {
        var pace = new AdaptivePace();
        pace.Begin(TimeSpan.FromSeconds(1));

        pace.Observe(new RateHeaders(200, TimeSpan.FromSeconds(1), null, default), nextTokens: 0, TimeSpan.FromSeconds(1));

        Assert.Equal(100, pace.Window);
    }

    [Fact]
    public void A_limit_that_drops_is_found_again_and_so_is_one_that_rises()
    {
        var run = Simulate(seconds: 180, latency: 0.1, concurrent: 16, Bucket(now => now is > 60 and < 90 ? 10 : 40));

        Assert.True(run.Limited < 0.05 * (run.Accepted + run.Limited), $"{run.Limited} of {run.Accepted + run.Limited} refused");
        Assert.True(run.Accepted > 0.75 * ((40 * 150) + (10 * 30)), $"{run.Accepted} accepted");
    }

    [Fact]
    public void With_nothing_left_by_its_headers_a_provider_is_left_alone_until_the_reset()
    {
        var pace = new AdaptivePace();
        pace.Begin(TimeSpan.FromSeconds(1));

        pace.Observe(new RateHeaders(0, TimeSpan.FromSeconds(3), null, default), nextTokens: 0, TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(5), pace.NotBefore);

        pace.Observe(new RateHeaders(9, default, 100, TimeSpan.FromSeconds(10)), nextTokens: 50, TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.FromSeconds(5), pace.NotBefore);

        pace.Observe(new RateHeaders(9, default, 100, TimeSpan.FromSeconds(10)), nextTokens: 500, TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.FromSeconds(16), pace.NotBefore);
    }

    [Theory]
    [InlineData("6m0s", 360)]
    [InlineData("1h2m3.5s", 3723.5)]
    [InlineData("20ms", 0.02)]
    [InlineData("7", 7)]
    [InlineData("1m5ms", 60.005)]
    [InlineData("soon", 0)]
    [InlineData("", 0)]
    public void Durations_of_the_headers_are_read(string text, double seconds) =>
        Assert.Equal(seconds, RateHeaders.ParseDuration(text).TotalSeconds, 6);

    /// <summary>A provider whose bucket holds a second's calls and fills at a rate.</summary>
    private static Func<double, bool> Bucket(Func<double, double> perSecond)
    {
        var tokens = perSecond(0);
        var filled = 0.0;
        return now =>
        {
            var allowed = perSecond(now);
            tokens = Math.Min(allowed, tokens + ((now - filled) * allowed));
            filled = now;
            return tokens >= 1 && tokens-- >= 1;
        };
    }

    /// <summary>Callers that always want to call, each refused call again after a second.</summary>
    private static (int Accepted, int Limited) Simulate(int seconds, double latency, int concurrent, Func<double, bool> accepts)
    {
        var pace = new AdaptivePace();
        var running = new PriorityQueue<(double Begun, bool Accepted), double>();
        var (accepted, limited) = (0, 0);
        for (var now = 0.0; now < seconds; now += 0.001)
        {
            while (running.TryPeek(out var call, out var end) && end <= now)
            {
                running.Dequeue();
                if (call.Accepted)
                {
                    pace.Accepted(TimeSpan.FromSeconds(now));
                    accepted++;
                }
                else
                {
                    pace.Limited(TimeSpan.FromSeconds(call.Begun), TimeSpan.FromSeconds(now), TimeSpan.FromSeconds(1));
                    limited++;
                }
            }

            while (running.Count < Math.Min(concurrent, pace.Window) && pace.NotBefore.TotalSeconds <= now)
            {
                pace.Begin(TimeSpan.FromSeconds(now));
                running.Enqueue((now, accepts(now)), now + latency);
            }
        }

        return (accepted, limited);
    }
}
