using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Gateway.Destinations;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Gateway;

public sealed class DestinationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replicas_come_and_go_with_the_file_that_lists_them()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "replicas.json");
        await using var a = await Replica.StartAsync("a");
        await using var b = await Replica.StartAsync("b");
        await WriteAsync(file, a.Address);
        await using var gateway = await StartAsync(file);
        Assert.Equal("a", await gateway.Client.GetStringAsync("/", Token));

        // As a careful writer does it: whole, then renamed into place.
        await WriteAsync(file + ".new", b.Address + "/");
        File.Move(file + ".new", file, overwrite: true);
        await gateway.UntilAsync(() => gateway.IsReady(b) && !gateway.IsReady(a));
        Assert.Equal("b", await gateway.Client.GetStringAsync("/", Token));

        await WriteAsync(file, a.Address, b.Address);
        await gateway.UntilAsync(() => gateway.Replicas.Count == 2);
        await WriteAsync(file);
        await gateway.UntilAsync(() => gateway.Replicas.Count == 0);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("{\"destinations\":[\"http://127.", "expected JSON as in {\"destinations\":[\"http://127.0.0.1:41001\"]}")]
    [InlineData("{\"destinations\":[\"127.0.0.1:80\"]}", "\"127.0.0.1:80\" is not an absolute http or https address")]
    [InlineData(null, "Could not find file")]
    public async Task A_file_that_cannot_be_used_leaves_the_replicas_as_they_were_and_says_why_once(string? content, string complaint)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "replicas.json");
        await using var a = await Replica.StartAsync("a");
        await WriteAsync(file, a.Address);
        await using var gateway = await StartAsync(file);

        if (content is null)
            File.Delete(file);
        else
            await File.WriteAllTextAsync(file, content, Token);

        await gateway.UntilAsync(() => Complaints() > 0);
        Assert.Equal("a", await gateway.Client.GetStringAsync("/", Token));

        await using var b = await Replica.StartAsync("b");
        await WriteAsync(file, b.Address);
        await gateway.UntilAsync(() => gateway.IsReady(b));
        Assert.Equal(1, Complaints());

        int Complaints() =>
            gateway.Logs.Count(line =>
                line.Contains("cannot be used", StringComparison.Ordinal) && line.Contains(complaint, StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task Every_address_of_a_name_is_a_replica_and_the_name_is_looked_up_again()
    {
        await using var a = await Replica.StartAsync("a");
        var dns = new FakeDns { ["api"] = ["127.0.0.1"] };
        await using var gateway = await GatewayHost.StartAsync(
            [],
            [("RAGPY_GATEWAY_DNS", $"http://api:{a.Port}")],
            options => options with { DnsInterval = TimeSpan.FromMilliseconds(50) },
            builder => builder.Services.AddSingleton<IHostResolver>(dns)
        );
        Assert.Equal("a", await gateway.Client.GetStringAsync("/", Token));

        dns["api"] = ["127.0.0.1", "127.0.0.2", "fd00::1"];
        await gateway.UntilAsync(() => gateway.Replicas.Count == 3);
        Assert.Contains(gateway.Replicas, replica => replica.DestinationId == $"http://[fd00::1]:{a.Port}/");

        dns.TryRemove("api", out _);
        await gateway.UntilAsync(() => gateway.Logs.Any(line => line.Contains("The name api does not resolve", StringComparison.Ordinal)));
        Assert.Equal(3, gateway.Replicas.Count);

        dns["api"] = ["127.0.0.1"];
        await gateway.UntilAsync(() => gateway.Replicas.Count == 1);
    }

    [Fact]
    public async Task Replicas_handed_over_as_service_discovery_variables_are_followed_when_the_configuration_is_reloaded()
    {
        await using var a = await Replica.StartAsync("a");
        await using var b = await Replica.StartAsync("b");
        var source = new ReloadableSource { ["services:api:http:0"] = a.Address };
        await using var gateway = await GatewayHost.StartAsync(
            [],
            [],
            null,
            builder => ((IConfigurationBuilder)builder.Configuration).Add(source)
        );
        Assert.Equal("a", await gateway.Client.GetStringAsync("/", Token));

        source["services:api:http:0"] = b.Address;
        source["services:api:http:1"] = "not an address";
        source.Provider.Reload();

        await gateway.UntilAsync(() => gateway.IsReady(b) && gateway.Replicas.Count == 1);
        Assert.Contains(gateway.Logs, line => line.Contains("services:api:http:1 is \"not an address\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secure_address_for_a_name_is_refused_in_a_sentence()
    {
        await using var gateway = await GatewayHost.StartAsync([], [("RAGPY_GATEWAY_DNS", "https://api:8443")]);

        Assert.Contains(
            gateway.Logs,
            line => line.Contains("expected an http address, as certificates do not name the replicas", StringComparison.Ordinal)
        );
    }

    private static Task<GatewayHost> StartAsync(string file) =>
        GatewayHost.StartAsync(
            [],
            [("RAGPY_GATEWAY_DESTINATIONS", file)],
            options => options with { FileInterval = TimeSpan.FromMilliseconds(30) }
        );

    private static Task WriteAsync(string file, params string[] addresses) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { destinations = addresses }), Token);

    private sealed class FakeDns : ConcurrentDictionary<string, string[]>, IHostResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            TryGetValue(host, out var addresses)
                ? Task.FromResult(addresses.Select(IPAddress.Parse).ToArray())
                : throw new SocketException((int)SocketError.HostNotFound);
    }

    private sealed class ReloadableSource : Dictionary<string, string?>, IConfigurationSource
    {
        public ReloadableProvider Provider { get; private set; } = null!;

        public IConfigurationProvider Build(IConfigurationBuilder builder) => Provider = new ReloadableProvider(this);
    }

    private sealed class ReloadableProvider(ReloadableSource source) : ConfigurationProvider
    {
        public override void Load() => Data = new Dictionary<string, string?>(source, StringComparer.OrdinalIgnoreCase);

        public void Reload()
        {
            Load();
            OnReload();
        }
    }
}
