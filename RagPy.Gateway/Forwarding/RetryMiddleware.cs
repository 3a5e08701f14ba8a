using RagPy.Gateway.Limits;
using Yarp.ReverseProxy.Forwarder;

namespace RagPy.Gateway.Forwarding;

/// <summary>
/// Asks another replica when one fails before the first byte of its answer has reached the client: requests with a safe method, and any that never reached a replica.
/// At most twice for a request, within <see cref="RetryBudget"/>. Stands before YARP's load balancing, which then chooses among the replicas not tried yet.
/// </summary>
internal sealed partial class RetryMiddleware(
    RequestDelegate next,
    RetryBudget budget,
    GatewayMetrics metrics,
    ILogger<RetryMiddleware> logger
)
{
    public async Task InvokeAsync(HttpContext context)
    {
        budget.CountRequest();
        var attempts = new Attempts(context, budget);
        context.Features.Set(attempts);
        await next(context);
        while (attempts.TryPrepareNext() is { } reason)
        {
            metrics.Retried(reason);
            Again(reason);
            await next(context);
        }

        if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            await AnswerAsync(context);
    }

    /// <summary>Says in words what YARP says by a status alone.</summary>
    private Task AnswerAsync(HttpContext context)
    {
        if (context.GetReverseProxyFeature().ProxiedDestination is null)
        {
            return Problem.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "no_replica",
                "No replica of the application is running at the moment. Try again in a few seconds.",
                TimeSpan.FromSeconds(2)
            );
        }

        return context.GetForwarderErrorFeature()?.Error switch
        {
            null => Task.CompletedTask,
            ForwarderError.RequestBodyClient when context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge =>
                RequestSize.RefuseAsync(context),
            ForwarderError.RequestBodyClient => Problem.WriteAsync(
                context,
                context.Response.StatusCode,
                "incomplete_request",
                "The request's body did not arrive whole."
            ),
            ForwarderError.RequestTimedOut => Problem.WriteAsync(
                context,
                StatusCodes.Status504GatewayTimeout,
                "replica_timeout",
                "The application did not answer in time."
            ),
            _ => Problem.WriteAsync(
                context,
                StatusCodes.Status502BadGateway,
                "replica_failed",
                "The application stopped while it worked on this request. Look whether it took effect before you send it again."
            ),
        };
    }

    [LoggerMessage(LogLevel.Debug, "Asking another replica: {Reason}")]
    private partial void Again(string reason);
}
