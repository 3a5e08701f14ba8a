using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace RagPy.Gateway.Forwarding;

/// <summary>The attempts to have one request answered, and whether another may follow.</summary>
internal sealed class Attempts(HttpContext context, RetryBudget budget)
{
    private const int MostRetries = 2;

    private readonly bool _isSafe = IsSafe(context);
    private readonly List<DestinationState> _tried = new(1);
    private string? _refusedWith;

    /// <summary>
    /// A replica answers that it cannot now (502, 503, 504): true when another shall be asked, so that this answer is not passed on. What is promised here,
    /// <see cref="TryPrepareNext"/> keeps.
    /// </summary>
    public bool TryPassOver(HttpStatusCode status)
    {
        if (status is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
            return false;
        if (!_isSafe || !MayRetry())
            return false;

        _refusedWith = $"{(int)status}";

        return true;
    }

    /// <summary>After an attempt: makes everything ready for the next one, and says why it is made; null when the attempt was the last.</summary>
    public string? TryPrepareNext()
    {
        var reason = _refusedWith ?? (FailedBeforeFirstByte() && MayRetry() ? context.GetForwarderErrorFeature()!.Error.ToString() : null);
        if (reason is null)
            return null;

        _refusedWith = null;
        var proxy = context.GetReverseProxyFeature();
        _tried.Add(proxy.ProxiedDestination!);
        proxy.AvailableDestinations = Candidates(proxy, null);
        proxy.ProxiedDestination = null;
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();

        return reason;
    }

    /// <summary>A method that promises to change nothing, and no body, which could not be sent twice.</summary>
    private static bool IsSafe(HttpContext context)
    {
        var method = context.Request.Method;
        var canHaveBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;

        return (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)) && !canHaveBody;
    }

    private bool FailedBeforeFirstByte()
    {
        if (
            context.GetForwarderErrorFeature() is not { } failure
            || context.Response.HasStarted
            || context.RequestAborted.IsCancellationRequested
        )
            return false;

        return failure.Error switch
        {
            ForwarderError.Request or ForwarderError.RequestTimedOut when NeverConnected(failure.Exception) => true,
            ForwarderError.Request or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination => _isSafe,
            _ => false,
        };
    }

    /// <summary>The replica has not seen the request, whatever its method: nobody listened, or the connection was not made in time.</summary>
    private static bool NeverConnected(Exception? exception) =>
        exception
            is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
                or OperationCanceledException { InnerException: TimeoutException };

    private bool MayRetry()
    {
        var proxy = context.GetReverseProxyFeature();

        return proxy.ProxiedDestination is { } last && _tried.Count < MostRetries && Candidates(proxy, last).Count > 0 && budget.TryTake();
    }

    /// <summary>Replicas that have not been tried: the healthy ones of now, or else any.</summary>
    private List<DestinationState> Candidates(IReverseProxyFeature proxy, DestinationState? last)
    {
        var state = proxy.Route.Cluster!.DestinationsState;
        var healthy = Untried(state.AvailableDestinations);

        return healthy.Count > 0 ? healthy : Untried(state.AllDestinations);

        List<DestinationState> Untried(IReadOnlyList<DestinationState> replicas) =>
            [.. replicas.Where(replica => replica != last && !_tried.Contains(replica))];
    }
}
