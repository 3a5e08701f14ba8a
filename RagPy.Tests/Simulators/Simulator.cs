using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Stands in for a remote provider: a web server of this process, on loopback and a free port, that keeps real state, records what is exchanged
/// (to be checked by <see cref="ApiContract"/>) and goes wrong on demand (<see cref="Faults"/>). A provider is a class that inherits this, maps its routes
/// and names in its doc comment where they are described.
/// </summary>
internal abstract class Simulator : IAsyncDisposable
{
    private static readonly object s_itemsKey = new();
    private WebApplication? _app;

    /// <summary>Address without path; known once started.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public FaultPlan Faults { get; init; } = new();

    public ExchangeLog Exchanges { get; init; } = new();

    /// <summary>Told of each request that comes in (+1) and of its answer (−1).</summary>
    public Action<int>? OnInside { get; set; }

    /// <summary>Makes it answer by https with this certificate.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Begins to listen.</summary>
    /// <param name="port">0 for any.</param>
    public async Task StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(
                System.Net.IPAddress.Loopback,
                port,
                listen =>
                {
                    if (Certificate is not null)
                    {
                        listen.UseHttps(Certificate);
                    }
                }
            );
        });
        _app = builder.Build();
        _app.Use(HandleAsync);
        _app.UseRouting();
        Map(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Stops listening and forgets nothing: recorded exchanges stay.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>Adds the provider's routes.</summary>
    protected abstract void Map(IEndpointRouteBuilder routes);

    /// <summary>The provider's own form of an error.</summary>
    protected abstract string ErrorBody(int status, string message);

    /// <summary>Media type of the provider's errors.</summary>
    protected virtual string ErrorType => "application/json";

    /// <summary>Answers with an error in the provider's own form.</summary>
    protected IResult Error(int status, string message) => Results.Text(ErrorBody(status, message), ErrorType, Encoding.UTF8, status);

    /// <summary>Positions of the items of this batch that shall fail.</summary>
    protected static IReadOnlyList<int> FailingItems(HttpContext context) =>
        context.Items.TryGetValue(s_itemsKey, out var items) ? (IReadOnlyList<int>)items! : [];

    private async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        OnInside?.Invoke(1);
        var keep = Exchanges.Begin();
        var request = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        await context.Request.Body.CopyToAsync(request, context.RequestAborted);
        request.Position = 0;
        context.Request.Body = request;

        var fault = Faults.Take(context.Request);
        var delay = Faults.Latency + (fault is { Kind: FaultKind.Slow, Time: { } later } ? later : TimeSpan.Zero);
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, context.RequestAborted);
        }

        var answer = await AnswerAsync(context, next, fault);
        var cut = fault?.Kind is FaultKind.Cut or FaultKind.CutAfterwards;
        if (keep)
        {
            Exchanges.Keep(
                new Exchange(
                    context.Request.Method,
                    context.Request.Path.Value ?? "/",
                    context.Request.QueryString.Value ?? "",
                    new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)),
                    request.ToArray(),
                    cut ? 0 : context.Response.StatusCode,
                    new HeaderDictionary(context.Response.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)),
                    answer.ToArray(),
                    fault
                )
            );
        }

        // Before the answer goes out: whoever gets it may be back with the next request before this method ends.
        OnInside?.Invoke(-1);
        await SendAsync(context, answer, fault);
    }

    /// <summary>Lets the provider answer into memory, or the fault in its place.</summary>
    private async Task<MemoryStream> AnswerAsync(HttpContext context, RequestDelegate next, Fault? fault)
    {
        var answer = new MemoryStream();
        if (fault?.Kind == FaultKind.Cut)
        {
            return answer;
        }

        if (fault?.Kind == FaultKind.Status)
        {
            context.Response.StatusCode = fault.Status;
            context.Response.ContentType = ErrorType;
            if (fault.Time is { } retryAfter)
            {
                context.Response.Headers.RetryAfter = ((int)retryAfter.TotalSeconds).ToString(
                    System.Globalization.CultureInfo.InvariantCulture
                );
            }

            answer.Write(Encoding.UTF8.GetBytes(ErrorBody(fault.Status, "made to go wrong")));
            return answer;
        }

        if (fault?.Kind == FaultKind.Items)
        {
            context.Items[s_itemsKey] = fault.Items;
        }

        var body = context.Response.Body;
        context.Response.Body = answer;
        await next(context);
        context.Response.Body = body;
        return answer;
    }

    private static async Task SendAsync(HttpContext context, MemoryStream answer, Fault? fault)
    {
        if (fault?.Kind is FaultKind.Cut or FaultKind.CutAfterwards)
        {
            context.Abort();
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            // The handler says how long the body would be.
            return;
        }

        if (fault?.Kind == FaultKind.CutInside)
        {
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        var length = fault?.Kind == FaultKind.Truncated ? answer.Length / 2 : answer.Length;
        if (length > 0 || context.Response.StatusCode != StatusCodes.Status204NoContent)
        {
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(answer.GetBuffer().AsMemory(0, (int)length), context.RequestAborted);
        }
    }
}
