using RagPy.ServiceDefaults;

namespace RagPy.Gateway.Access;

/// <summary>
/// Without an access token whoever reaches the gateway is let in, and only this machine reaches it. A page elsewhere could still have its name point here (DNS
/// rebinding), and would be read as if it were the application: only names of this machine are answered.
/// </summary>
internal sealed class LocalHosts(RequestDelegate next, GatewayMetrics metrics)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (LoopbackHost.Is(context.Request.Host.Host))
            return next(context);

        metrics.Refused("wrong_host");

        return Problem.WriteAsync(
            context,
            StatusCodes.Status421MisdirectedRequest,
            "wrong_host",
            $"This service answers on this machine only, as localhost or 127.0.0.1, not as '{context.Request.Host.Host}'."
        );
    }
}
