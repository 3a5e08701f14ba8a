using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Providers;
using RagPy.LocalServices;
using RagPy.Tests.LocalServices;
using StackExchange.Redis;
using Xunit;

namespace RagPy.Tests.Providers;

/// <summary>Processes that learn a provider's pace together, against the Redis that is shipped and providers in simulated time.</summary>
public sealed class SharedPaceTests
{
    private const double Latency = 0.1;
    private const int Concurrent = 16;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_processes_take_what_a_provider_allows_and_go_on_with_what_they_know_when_redis_is_gone()
    {
        var service = LocalServiceProcesses.Redis(port: null, parent: null);
        await using var running = RunningService.Start(service);
        await running.SaysAsync("answers");
        var options = service.ConnectionString + ",abortConnect=false,connectTimeout=1000";
        await using var first = await ConnectionMultiplexer.ConnectAsync(options);
        await using var second = await ConnectionMultiplexer.ConnectAsync(options);

        await AllKeepToTheLimitAsync(first, second, "together", allowed: 20, secondBegins: 0);
        await AllKeepToTheLimitAsync(first, second, "later", allowed: 50, secondBegins: 30);
        await ANewOneIsRefusedNothingAsync(first, second);
        await WhatOneLeavesGoesToTheOthersAsync(first, second);
        await ALostHashChangesNothingAsync(first, second);
        await ARateGivenUpIsNotTakenBackAsync(first, second);

        // What waits for the Redis that is gone waits a tenth of the time: simulated seconds would else take ten each.
        var hurried = new HurriedTime();
        var run = new Run("killed", allowed: 40, new RedisPaces(first, Respite(), hurried), new RedisPaces(second, Respite(), hurried));
        await run.GoAsync(60, Token);
        double[] before = [.. run.Rates];
        await running.StopAsync();
        await run.GoAsync(61, Token);
        double[] after = [.. run.Rates];
        await run.GoAsync(150, Token);

        // Commands that nobody will answer are not waited for.
        await first.CloseAsync(allowCommandsToComplete: false);
        await second.CloseAsync(allowCommandsToComplete: false);
        Assert.All(after.Zip(before), r => Assert.InRange(r.First, 0.8 * r.Second, 1.1 * r.Second));
        run.AssertGood(150);
    }

    [Fact]
    public async Task A_gate_asks_the_others_before_its_first_call_and_then_beside_the_calls()
    {
        var asked = new List<double>();
        var answer = new TaskCompletionSource<SharedPace?>();
        using var gate = new RateGate(
            TimeProvider.System,
            rate =>
            {
                asked.Add(rate);
                return answer.Task;
            }
        );

        var share = gate.ShareAsync();
        Assert.False(share.IsCompleted);
        answer.SetResult(new SharedPace(7, IsNew: false));
        await share;

        Assert.InRange(gate.Rate, 7, 7.001);
        Assert.True(gate.ShareAsync().IsCompleted);
        Assert.Equal([double.PositiveInfinity], asked);
    }

    private static async Task AllKeepToTheLimitAsync(
        ConnectionMultiplexer first,
        ConnectionMultiplexer second,
        string gate,
        double allowed,
        double secondBegins
    )
    {
        var run = new Run(gate, allowed, Paces(first), Paces(second)) { Begins = [0, secondBegins] };
        await run.GoAsync(90, Token);
        run.AssertGood(90);
    }

    private static async Task ANewOneIsRefusedNothingAsync(ConnectionMultiplexer first, ConnectionMultiplexer second)
    {
        var run = new Run("new", allowed: 30, Paces(first), Paces(second)) { Begins = [0, 40] };
        await run.GoAsync(40, Token);
        await run.GoAsync(44, Token);

        Assert.Equal(0, run.Limited[1]);
        Assert.True(run.Accepted[1] > 30, $"{run.Accepted[1]} accepted");
        Assert.InRange(run.Rates.Last() / run.Rates.First(), 0.8, 1.25);
    }

    private static async Task WhatOneLeavesGoesToTheOthersAsync(ConnectionMultiplexer first, ConnectionMultiplexer second)
    {
        var (one, two) = (Paces(first), Paces(second));
        Assert.Null(await one.ExchangeAsync("left", double.PositiveInfinity));
        Assert.Null(await one.ExchangeAsync("left", 30));
        Assert.Equal(new SharedPace(15, IsNew: true), await two.ExchangeAsync("left", double.PositiveInfinity));
        Assert.Equal(new SharedPace(15, IsNew: false), await one.ExchangeAsync("left", 31));
        Assert.Null(await one.ExchangeAsync("left", 16));

        // A process without patience takes everybody for gone; all that they had is then its own.
        var heir = new RedisPaces(first, Respite(), TimeProvider.System) { Patience = TimeSpan.FromMilliseconds(-1000) };
        Assert.Equal(new SharedPace(31, IsNew: true), await heir.ExchangeAsync("left", double.PositiveInfinity));
    }

    private static async Task ALostHashChangesNothingAsync(ConnectionMultiplexer first, ConnectionMultiplexer second)
    {
        var (one, two) = (Paces(first), Paces(second));
        await one.ExchangeAsync("lost", double.PositiveInfinity);
        await one.ExchangeAsync("lost", 30);
        await two.ExchangeAsync("lost", double.PositiveInfinity);
        await one.ExchangeAsync("lost", 30);
        await first.GetDatabase().KeyDeleteAsync("ragpy:pace:lost");

        Assert.Null(await two.ExchangeAsync("lost", 16));
        Assert.Null(await one.ExchangeAsync("lost", 14));
        Assert.Null(await two.ExchangeAsync("lost", 16.5));
    }

    private static async Task ARateGivenUpIsNotTakenBackAsync(ConnectionMultiplexer first, ConnectionMultiplexer second)
    {
        var (one, two) = (Paces(first), Paces(second));
        await one.ExchangeAsync("chance", double.PositiveInfinity);
        await two.ExchangeAsync("chance", double.PositiveInfinity);
        Assert.Null(await one.ExchangeAsync("chance", 18));
        Assert.Equal(new SharedPace(18, IsNew: false), await two.ExchangeAsync("chance", double.PositiveInfinity));

        Assert.Null(await two.ExchangeAsync("chance", double.PositiveInfinity));
        Assert.Null(await two.ExchangeAsync("chance", double.PositiveInfinity));
    }

    private static RedisPaces Paces(IConnectionMultiplexer redis) => new(redis, Respite(), TimeProvider.System);

    private static RedisRespite Respite() => new(TimeProvider.System, NullLogger<RedisRespite>.Instance);

    /// <summary>Processes that always want to call one provider, whose bucket holds a second's calls; each exchanges what it learnt once a second.</summary>
    private sealed class Run(string gate, double allowed, params RedisPaces[] shared)
    {
        private readonly AdaptivePace[] _paces = [.. shared.Select(_ => new AdaptivePace())];
        private readonly PriorityQueue<(double Begun, bool IsAccepted), double>[] _running =
        [
            .. shared.Select(_ => new PriorityQueue<(double, bool), double>()),
        ];
        private readonly double[] _exchanged = [.. shared.Select(_ => double.NegativeInfinity)];
        private double? _left;
        private double _now;

        public double[] Begins { get; init; } = [.. shared.Select((_, i) => i * 0.3)];

        public int[] Accepted { get; } = new int[shared.Length];

        public int[] Limited { get; } = new int[shared.Length];

        public IEnumerable<double> Rates => _paces.Select(p => p.Rate);

        public void AssertGood(double seconds)
        {
            var (accepted, limited) = (Accepted.Sum(), Limited.Sum());
            Assert.True(accepted >= 0.9 * allowed * seconds, $"{gate}: {accepted / seconds:0.0} of {allowed} a second");
            Assert.True(limited < 0.05 * (accepted + limited), $"{gate}: {limited} of {accepted + limited} refused");
        }

        public async Task GoAsync(double until, CancellationToken cancellationToken)
        {
            for (; _now < until; _now += 0.001)
            {
                _left = Math.Min(allowed, (_left ?? allowed) + (0.001 * allowed));
                for (var i = 0; i < _paces.Length; i++)
                {
                    if (_now >= Begins[i])
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        await ShareAsync(i);
                        End(i);
                        Begin(i);
                    }
                }
            }
        }

        private async Task ShareAsync(int i)
        {
            if (_now - _exchanged[i] < 1)
            {
                return;
            }

            _exchanged[i] = _now;
            if (await shared[i].ExchangeAsync(gate, _paces[i].Rate) is { } pace)
            {
                _paces[i].Adopt(pace.Rate, TimeSpan.FromSeconds(_now), TimeSpan.FromSeconds(pace.IsNew ? 1 : 0));
            }
        }

        private void End(int i)
        {
            while (_running[i].TryPeek(out var call, out var end) && end <= _now)
            {
                _running[i].Dequeue();
                if (call.IsAccepted)
                {
                    _paces[i].Accepted(TimeSpan.FromSeconds(_now));
                    Accepted[i]++;
                }
                else
                {
                    _paces[i].Limited(TimeSpan.FromSeconds(call.Begun), TimeSpan.FromSeconds(_now), TimeSpan.FromSeconds(1));
                    Limited[i]++;
                }
            }
        }

        private void Begin(int i)
        {
            while (_running[i].Count < Math.Min(Concurrent, _paces[i].Window) && _paces[i].NotBefore.TotalSeconds <= _now)
            {
                _paces[i].Begin(TimeSpan.FromSeconds(_now));
                var isAccepted = _left >= 1;
                _left -= isAccepted ? 1 : 0;
                _running[i].Enqueue((_now, isAccepted), _now + Latency);
            }
        }
    }
}
