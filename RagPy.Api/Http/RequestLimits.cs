using System.Threading.RateLimiting;
using RagPy.Api.Events;
using RagPy.Api.Uploads;
using RagPy.Core.Settings;
using RagPy.ServiceDefaults;

namespace RagPy.Api.Http;

/// <summary>
/// How many requests a replica works on at once (load plan, P1-T1): more wait, still more are sent away before they make it slow for everybody. Event streams,
/// which last and cost little, have a limit of their own.
/// </summary>
internal static class RequestLimits
{
    /// <summary>Uploads last and hold a file each; their number is no measure of load.</summary>
    private const int MaxUploads = 16;

    /// <summary>Uploads that wait.</summary>
    private const int UploadQueue = 64;

    private enum Kind
    {
        Probe,
        Stream,
        Upload,
        Request,
    }

    public static void AddRequestLimits(this IServiceCollection services, RagPySettings settings) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Kind>(context =>
                KindOf(context) switch
                {
                    Kind.Probe => RateLimitPartition.GetNoLimiter(Kind.Probe),
                    Kind.Stream => RateLimitPartition.GetConcurrencyLimiter(Kind.Stream, _ => Limit(settings.StreamLimit, queue: 0)),
                    Kind.Upload => RateLimitPartition.GetConcurrencyLimiter(Kind.Upload, _ => Limit(MaxUploads, UploadQueue)),
                    _ => RateLimitPartition.GetConcurrencyLimiter(
                        Kind.Request,
                        _ => Limit(settings.UvicornLimitConcurrency * settings.UvicornWorkers, settings.UvicornBacklog)
                    ),
                }
            );
            limiter.OnRejected = (rejected, _) =>
                new ValueTask(
                    ErrorAnswers.WriteAsync(
                        rejected.HttpContext,
                        new ProblemException(
                            StatusCodes.Status503ServiceUnavailable,
                            ProblemCodes.Overloaded,
                            "More is asked than can be answered at the moment. Try again."
                        )
                        {
                            RetryAfter = TimeSpan.FromSeconds(1),
                        }
                    )
                );
        });

    private static Kind KindOf(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return HealthEndpoints.IsProbe(context.Request.Path) ? Kind.Probe
            : metadata?.GetMetadata<EventStream>() is not null ? Kind.Stream
            : metadata?.GetMetadata<UploadBody>() is not null ? Kind.Upload
            : Kind.Request;
    }

    private static ConcurrencyLimiterOptions Limit(int permits, int queue) =>
        new()
        {
            PermitLimit = permits,
            QueueLimit = queue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
}
