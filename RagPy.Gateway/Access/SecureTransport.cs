using RagPy.ServiceDefaults;

namespace RagPy.Gateway.Access;

/// <summary>Sends http to https, when the gateway has a certificate. Probes may stay with http.</summary>
internal sealed class SecureTransport(RequestDelegate next, GatewayOptions options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.IsHttps || request.Path == HealthEndpoints.HealthPath || request.Path == HealthEndpoints.AlivePath)
            return next(context);

        var host =
            options.PublicHttpsPort == 443 ? new HostString(request.Host.Host) : new HostString(request.Host.Host, options.PublicHttpsPort);
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"https://{host.ToUriComponent()}{request.PathBase}{request.Path}{request.QueryString}";

        return Task.CompletedTask;
    }
}
