using System.Diagnostics;
using RagPy.LocalServices;
using StackExchange.Redis;
using Xunit;

namespace RagPy.Tests.LocalServices;

public sealed class RedisProcessTests
{
    [Fact]
    public async Task Redis_answers_who_has_the_password_until_it_is_told_to_stop()
    {
        var service = LocalServiceProcesses.Redis(port: null, parent: null);
        await using var running = RunningService.Start(service);
        await running.SaysAsync($"answers on 127.0.0.1:{service.Port}");

        await using (var connection = await ConnectionMultiplexer.ConnectAsync(service.ConnectionString))
        {
            var database = connection.GetDatabase();
            Assert.True(await database.StringSetAsync("lease", "1", TimeSpan.FromMinutes(1), When.NotExists));
            Assert.False(await database.StringSetAsync("lease", "2", TimeSpan.FromMinutes(1), When.NotExists));
            Assert.NotNull(await database.KeyTimeToLiveAsync("lease"));
            await database.SortedSetAddAsync("holders", "a", 1);
            var script = "redis.call('ZADD', KEYS[1], 2, ARGV[1]) return redis.call('ZCARD', KEYS[1])";
            Assert.Equal(2, (long)await database.ScriptEvaluateAsync(script, ["holders"], ["b"]));
            var heard = new TaskCompletionSource<string?>();
            var subscriber = connection.GetSubscriber();
            await subscriber.SubscribeAsync(RedisChannel.Literal("news"), (_, value) => heard.TrySetResult(value));
            await subscriber.PublishAsync(RedisChannel.Literal("news"), "hello");
            Assert.Equal("hello", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        }

        var wrong = service.ConnectionString.Replace("password=", "connectRetry=0,password=x", StringComparison.Ordinal);
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync(wrong));
        Assert.DoesNotContain(service.Arguments, argument => service.ConnectionString.EndsWith(argument, StringComparison.Ordinal));
        var (code, took) = await running.StopAsync();
        Assert.Equal(0, code);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_missing_password_are_said_in_a_sentence()
    {
        var service = LocalServiceProcesses.Redis(port: null, parent: null);
        await using var first = RunningService.Start(service);
        await first.SaysAsync("answers");

        await using var second = RunningService.Start(service);
        await using var open = RunningService.Start(service, withSecrets: false);

        Assert.Equal(1, await second.EndAsync());
        Assert.StartsWith($"Port {service.Port} on 127.0.0.1 is taken", Assert.Single(second.Said));
        Assert.Equal(1, await open.EndAsync());
        Assert.StartsWith("REDIS_PASSWORD is not set", Assert.Single(open.Said));
    }

    [Fact]
    public async Task A_service_ends_with_the_process_it_belongs_to()
    {
        using var parent = Process.Start("sleep", ["600"]);
        await using var running = RunningService.Start(LocalServiceProcesses.Redis(port: null, parent.Id));
        await running.SaysAsync("answers");

        parent.Kill();

        Assert.Equal(0, await running.EndAsync());
    }
}
