using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RagPy.ServiceDefaults;
using StackExchange.Redis;
using Xunit;

namespace RagPy.Tests.ServiceDefaults;

public sealed class RedisClientTests : ClientIntegrationTests
{
    protected override string Section => "Aspire:StackExchange:Redis";

    protected override IReadOnlyList<string> SubSections => [Name];

    protected override string HealthCheckName => "StackExchange.Redis";

    protected override HealthStatus FailureStatus => HealthStatus.Degraded;

    protected override string ConnectionString(string host) => $"{host}:1,connectTimeout=100,connectRetry=0";

    protected override void Register(IHostApplicationBuilder builder, string? callbackConnectionString) =>
        builder.AddRedisClient(
            Name,
            settings => settings.ConnectionString = callbackConnectionString ?? settings.ConnectionString,
            // The names of these tests are no hosts: looking them up would only take time.
            options => options.ConnectTimeout = 100
        );

    protected override string HostOf(IServiceProvider services) =>
        ConfigurationOptions.Parse(services.GetRequiredService<IConnectionMultiplexer>().Configuration).EndPoints[0]
            is System.Net.DnsEndPoint endPoint
            ? endPoint.Host
            : "";

    [Theory]
    [InlineData("redis://localhost", "localhost:6379")]
    [InlineData("redis://localhost:6380/2", "localhost:6380,defaultDatabase=2")]
    [InlineData("redis://:p%40ss@cache:1", "cache:1,password=p@ss")]
    [InlineData("rediss://me:secret@cache:1/0", "cache:1,user=me,password=secret,defaultDatabase=0,ssl=true")]
    [InlineData("cache:6379,ssl=true", "cache:6379,ssl=true")]
    public void A_url_is_read_like_other_clients_read_it(string url, string configuration) =>
        Assert.Equal(configuration, RedisUrl.ToConfiguration(url));
}
