using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RagPy.Tests.Gateway;

/// <summary>A small stand-in for one replica of the API: a real server on a port of its own that notes what reaches it.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Replica(WebApplication app, string name)
    {
        _app = app;
        Name = name;
    }

    public string Name { get; }

    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    /// <summary>Requests that reached it, probes left out.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>What its probe answers.</summary>
    public HttpStatusCode Health { get; set; } = HttpStatusCode.OK;

    public int Count(string path) => Requests.Count(request => request.Path == path);

    /// <summary>Starts one that answers <c>GET /</c> with its name, and what <paramref name="map"/> adds.</summary>
    public static async Task<Replica> StartAsync(string name = "a", Action<IEndpointRouteBuilder, Replica>? map = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRouting();
        var app = builder.Build();
        var replica = new Replica(app, name);
        app.Use(replica.NoteAsync);
        app.MapGet("/health", () => Results.StatusCode((int)replica.Health));
        app.MapGet("/", () => replica.Name);
        map?.Invoke(app, replica);
        await app.StartAsync();
        replica.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        return replica;
    }

    /// <summary>Stops listening and cuts every connection, as the death of the process would.</summary>
    public Task KillAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _app.DisposeAsync();
    }

    private async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/health")
        {
            var headers = context.Request.Headers.ToDictionary(
                header => header.Key,
                header => header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            );
            Requests.Enqueue(new Seen(context.Request.Method, context.Request.Path, headers));
        }

        await next(context);
    }

    /// <summary>A request as it arrived.</summary>
    internal sealed record Seen(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
    {
        public string? Header(string name) => Headers.GetValueOrDefault(name);
    }

    /// <summary>Writes one event of an event stream.</summary>
    public static async Task WriteEventAsync(HttpResponse response, int id)
    {
        if (!response.HasStarted)
            response.ContentType = "text/event-stream";

        await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: event {id}\n\n"));
        await response.Body.FlushAsync();
    }
}
