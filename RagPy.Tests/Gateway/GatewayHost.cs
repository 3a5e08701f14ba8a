using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using RagPy.Gateway;
using RagPy.ServiceDefaults;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace RagPy.Tests.Gateway;

/// <summary>The gateway as its program builds it, on a free port, with a client that neither follows redirects nor keeps cookies.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FakeLogCollector _logs;

    private GatewayHost(WebApplication app, IReadOnlyList<string> addresses, FakeLogCollector logs)
    {
        _app = app;
        Addresses = addresses;
        _logs = logs;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(addresses[0]),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>Addresses listened on, with the ports that were free.</summary>
    public IReadOnlyList<string> Addresses { get; }

    public HttpClient Client { get; }

    /// <summary>Every line logged.</summary>
    public IEnumerable<string> Logs => _logs.GetSnapshot().Select(record => $"{record.Level}: {record.Message} {record.Exception}");

    public IServiceProvider Services => _app.Services;

    /// <summary>The replicas as the proxy knows them.</summary>
    public IReadOnlyList<DestinationState> Replicas =>
        [
            .. Services
                .GetRequiredService<IProxyStateLookup>()
                .GetClusters()
                .SelectMany(cluster => cluster.DestinationsState.AllDestinations),
        ];

    /// <summary>Starts a gateway in front of replicas.</summary>
    public static Task<GatewayHost> StartAsync(params IReadOnlyList<Replica> replicas) => StartAsync(replicas, []);

    /// <summary>Starts a gateway in front of replicas, with settings by the names of their variables.</summary>
    public static async Task<GatewayHost> StartAsync(
        IReadOnlyList<Replica> replicas,
        IEnumerable<(string Name, string? Value)> settings,
        Func<GatewayOptions, GatewayOptions>? adjust = null,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateBuilder();
        var values = new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["RAGPY_GATEWAY_DRAIN_SECONDS"] = "0" };
        foreach (var (replica, index) in replicas.Select((replica, index) => (replica, index)))
            values[$"services:api:http:{index}"] = replica.Address;
        foreach (var (name, value) in settings)
            values[name] = value;

        var logs = new FakeLogCollector();
        builder.Configuration.AddInMemoryCollection(values);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new FakeLoggerProvider(logs));
        configure?.Invoke(builder);
        builder.AddServiceDefaults();
        builder.AddGateway(options => (adjust ?? (same => same))(options with { ProbeInterval = TimeSpan.FromMilliseconds(200) }));
        var app = builder.Build();
        app.UseGateway();
        app.MapDefaultEndpoints();
        app.MapGateway();
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;

        return new GatewayHost(app, [.. addresses], logs);
    }

    /// <summary>Sends a request with headers.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content = null,
        params IReadOnlyList<(string Name, string Value)> headers
    )
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);

        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Asks for a page with headers.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, params IReadOnlyList<(string Name, string Value)> headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Waits until the gateway has come to see things so.</summary>
    public Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));

    /// <inheritdoc cref="UntilAsync(Func{bool})"/>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (!await isSo())
            await timer.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>Whether the replica gets requests.</summary>
    public bool IsReady(Replica replica) =>
        Replicas.Any(state =>
            state.DestinationId == replica.Address + "/"
            && state.Health is { Active: not DestinationHealth.Unhealthy, Passive: not DestinationHealth.Unhealthy }
        );

    /// <summary>Begins to stop as SIGTERM would; completes when the gateway has stopped.</summary>
    public Task StopAsync()
    {
        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        return _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
