using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using RagPy.Gateway.Access;
using RagPy.ServiceDefaults;

namespace RagPy.Gateway.Limits;

/// <summary>
/// Limits per client: requests by a token bucket, event streams by how many are open, tries to log in by the minute. Probes are not limited. What is beyond is answered
/// 429 with <c>Retry-After</c>.
/// </summary>
internal static class RateLimits
{
    private const int LoginsPerMinute = 10;

    /// <summary>When it is worth asking again for a stream: another one has to end first.</summary>
    private static readonly TimeSpan s_streamWait = TimeSpan.FromSeconds(5);

    public static void Configure(RateLimiterOptions limiter, GatewayOptions options, GatewayMetrics metrics)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, ClientKey>(context => PartitionOf(context, options));
        limiter.OnRejected = async (rejected, _) =>
        {
            metrics.Refused("too_many_requests");
            await Problem.WriteAsync(
                rejected.HttpContext,
                StatusCodes.Status429TooManyRequests,
                "too_many_requests",
                "Too many requests from your address. Wait a moment.",
                rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : s_streamWait
            );
        };
    }

    private static RateLimitPartition<ClientKey> PartitionOf(HttpContext context, GatewayOptions options)
    {
        var request = context.Request;
        if (IsProbe(request.Path))
            return RateLimitPartition.GetNoLimiter(new ClientKey(Kind.Free, IPAddress.None));

        var client = ClientAddress.ClientOf(context);
        if (LoginEndpoints.IsAttempt(request))
            return RateLimitPartition.GetFixedWindowLimiter(new ClientKey(Kind.Login, client), _ => Logins());
        if (IsStream(request))
        {
            return options.StreamsPerClient == 0
                ? RateLimitPartition.GetNoLimiter(new ClientKey(Kind.Free, IPAddress.None))
                : RateLimitPartition.GetConcurrencyLimiter(
                    new ClientKey(Kind.Stream, client),
                    _ => new ConcurrencyLimiterOptions { PermitLimit = options.StreamsPerClient, QueueLimit = 0 }
                );
        }

        return options.RequestsPerSecond == 0
            ? RateLimitPartition.GetNoLimiter(new ClientKey(Kind.Free, IPAddress.None))
            : RateLimitPartition.GetTokenBucketLimiter(new ClientKey(Kind.Request, client), _ => Requests(options.RequestsPerSecond));
    }

    private static bool IsProbe(PathString path) => path == HealthEndpoints.HealthPath || path == HealthEndpoints.AlivePath;

    /// <summary>Browsers ask for event streams by this type; the path is what programs leave it at.</summary>
    private static bool IsStream(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && (
            request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase)
            || request.Path.Value?.EndsWith("/events", StringComparison.OrdinalIgnoreCase) == true
        );

    private static TokenBucketRateLimiterOptions Requests(int perSecond) =>
        new()
        {
            TokenLimit = perSecond * 2,
            TokensPerPeriod = Math.Max(1, perSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(perSecond < 10 ? 1.0 / perSecond : 0.1),
            QueueLimit = 0,
        };

    private static FixedWindowRateLimiterOptions Logins() =>
        new()
        {
            PermitLimit = LoginsPerMinute,
            Window = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        };

    private enum Kind
    {
        Free,
        Request,
        Stream,
        Login,
    }

    private readonly record struct ClientKey(Kind Kind, IPAddress Client);
}
