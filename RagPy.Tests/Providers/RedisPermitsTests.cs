using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Providers;
using RagPy.LocalServices;
using RagPy.Tests.LocalServices;
using StackExchange.Redis;
using Xunit;

namespace RagPy.Tests.Providers;

/// <summary>Limits for all processes together, against the Redis that is shipped.</summary>
public sealed class RedisPermitsTests
{
    private static readonly ProviderEndpoint s_endpoint = new("simulated", new Uri("http://localhost"), null, "");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_share_places_by_turns_keep_to_the_tokens_and_go_on_alone_without_redis()
    {
        var service = LocalServiceProcesses.Redis(port: null, parent: null);
        await using var running = RunningService.Start(service);
        await running.SaysAsync("answers");
        await using var first = await ConnectionMultiplexer.ConnectAsync(
            service.ConnectionString + ",abortConnect=false,connectTimeout=1000"
        );
        await using var second = await ConnectionMultiplexer.ConnectAsync(service.ConnectionString);
        var respite = new RedisRespite(TimeProvider.System, NullLogger<RedisRespite>.Instance);
        var one = new RedisPermits(first, respite, TimeProvider.System);
        var two = Permits(second);

        await PlacesAreShared(one, two);
        await ASessionThatWaitsIsServedBeforeOneThatHasMore(one, two);
        await AHolderThatDiesKeepsNoPlace(one, two);
        await TokensAMinuteHoldForAllTogether(one, two);

        await running.StopAsync();
        await using (await one.AcquireAsync(Request("gone", "a", concurrent: 1), Token))
        await using (await one.AcquireAsync(Request("gone", "a", concurrent: 1), Token))
        {
            Assert.True(respite.IsAway);
        }
    }

    private static async Task PlacesAreShared(RedisPermits one, RedisPermits two)
    {
        var (inside, most) = (0, 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(async i =>
                {
                    await using var permit = await (i % 2 == 0 ? one : two).AcquireAsync(
                        Request("shared", $"s{i % 3}", concurrent: 4),
                        Token
                    );
                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref inside);
                })
        );
        Assert.InRange(most, 1, 4);
    }

    private static async Task ASessionThatWaitsIsServedBeforeOneThatHasMore(RedisPermits one, RedisPermits two)
    {
        var order = new ConcurrentQueue<string>();
        var held = new List<IAsyncDisposable>();
        for (var i = 0; i < 3; i++)
        {
            held.Add(await one.AcquireAsync(Request("fair", "greedy", concurrent: 3), Token));
        }

        var more = Enumerable.Range(0, 3).Select(_ => TakeAsync(one, "greedy")).ToList();
        var modest = TakeAsync(two, "modest");
        // The modest one has asked by now or is about to; while it waits, nobody with more places gets one.
        await WaitUntilWaitingAsync(one);
        await held[0].DisposeAsync();
        await held[1].DisposeAsync();
        await held[2].DisposeAsync();
        await Task.WhenAll([.. more, modest]);
        Assert.True(order.Take(3).Contains("modest"), string.Join(' ', order));

        async Task TakeAsync(RedisPermits permits, string party)
        {
            await using var permit = await permits.AcquireAsync(Request("fair", party, concurrent: 3), Token);
            order.Enqueue(party);
            await Task.Yield();
        }

        async Task WaitUntilWaitingAsync(RedisPermits permits)
        {
            while (await permits.CountWaitingAsync(Request("fair", "", 3)) < 2)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task AHolderThatDiesKeepsNoPlace(RedisPermits one, RedisPermits two)
    {
        // A call of no length: its lease lasts for the respite alone.
        var lost = await one.AcquireAsync(Request("dead", "a", concurrent: 1) with { Timeout = TimeSpan.FromSeconds(-4.5) }, Token);
        await using var next = await two.AcquireAsync(Request("dead", "b", concurrent: 1), Token);

        // What the dead one gives back late is not the other's place.
        await lost.DisposeAsync();
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Token);
        soon.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await one.AcquireAsync(Request("dead", "c", concurrent: 1), soon.Token)
        );
    }

    private static async Task TokensAMinuteHoldForAllTogether(RedisPermits one, RedisPermits two)
    {
        var request = Request("tokens", "a", concurrent: 100) with { Tokens = 6000, TokensPerMinute = 12_000 };
        await using var first = await one.AcquireAsync(request, Token);
        await using var second = await two.AcquireAsync(request, Token);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(Token);
        soon.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await one.AcquireAsync(request, soon.Token));
        await using var small = await one.AcquireAsync(request with { Tokens = 20 }, Token);
    }

    private static RedisPermits Permits(IConnectionMultiplexer redis) =>
        new(redis, new RedisRespite(TimeProvider.System, NullLogger<RedisRespite>.Instance), TimeProvider.System);

    private static ProviderRequest Request(string model, string party, int concurrent) =>
        new(s_endpoint, "x", "embeddings")
        {
            Model = model,
            Party = party,
            MaxConcurrent = concurrent,
        };

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value; seen = target)
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
