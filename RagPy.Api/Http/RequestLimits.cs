using System.Threading.RateLimiting;
using RagPy.Api.Events;
using RagPy.Api.Uploads;
using RagPy.Core.Settings;

namespace RagPy.Api.Http;

/// <summary>How many requests a replica works on at once: more wait a moment, still more are sent away before they make it slow for everybody.</summary>
internal static class RequestLimits
{
    /// <summary>Uploads last and hold a file each; their number is no measure of load.</summary>
    private const int MaxUploads = 16;

    /// <summary>Requests that wait, for each that is worked on.</summary>
    private const int QueueFactor = 4;

    private enum Kind
    {
        /// <summary>Event streams, and what is not the API: pages, probes.</summary>
        Unlimited,
        Upload,
        Request,
    }

    public static void AddRequestLimits(this IServiceCollection services, RagPySettings settings) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Kind>(context =>
                KindOf(context) switch
                {
                    Kind.Unlimited => RateLimitPartition.GetNoLimiter(Kind.Unlimited),
                    Kind.Upload => RateLimitPartition.GetConcurrencyLimiter(Kind.Upload, _ => Limit(MaxUploads)),
                    _ => RateLimitPartition.GetConcurrencyLimiter(Kind.Request, _ => Limit(settings.UvicornLimitConcurrency)),
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
        return !ApiRoutes.IsApi(context.Request.Path) || metadata?.GetMetadata<EventStream>() is not null ? Kind.Unlimited
            : metadata?.GetMetadata<UploadBody>() is not null ? Kind.Upload
            : Kind.Request;
    }

    private static ConcurrencyLimiterOptions Limit(int permits) =>
        new()
        {
            PermitLimit = permits,
            QueueLimit = permits * QueueFactor,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
}
