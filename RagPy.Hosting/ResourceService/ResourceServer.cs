using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RagPy.Hosting.ResourceService;

/// <summary>Serves the dashboard, on this machine's loopback and to who knows the key.</summary>
internal sealed class ResourceServer : IAsyncDisposable
{
    /// <summary>Metadata with which the dashboard sends the key.</summary>
    public const string KeyHeader = "x-resource-service-api-key";

    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private ResourceServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>Listens on a free port.</summary>
    public static async Task<ResourceServer> StartAsync(ResourceView view, string key, CancellationToken cancellationToken)
    {
        // An empty one: our own settings are not for it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                // Without TLS there is nothing to negotiate HTTP/2 with.
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            });
        builder.Logging.AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(view);
        var app = builder.Build();
        app.Use((context, next) => Knows(context, key) ? next(context) : RefuseAsync(context));
        app.MapGrpcService<DashboardService>();
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;

        return new ResourceServer(app, new Uri(addresses.Addresses.First()));
    }

    public async ValueTask DisposeAsync()
    {
        // Ends the watches; without it their connections are cut.
        using var patience = new CancellationTokenSource(s_stop);
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private static bool Knows(HttpContext context, string key) =>
        context.Request.Headers.TryGetValue(KeyHeader, out var given)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given.ToString()), Encoding.UTF8.GetBytes(key));

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;

        return Task.CompletedTask;
    }
}
