using RagPy.Gateway.Access;
using RagPy.Gateway.Forwarding;
using RagPy.Gateway.Limits;

namespace RagPy.Gateway;

/// <summary>The way of a request through the gateway.</summary>
internal static class GatewayPipeline
{
    /// <summary>Everything that is asked of a request before it is answered or goes to a replica.</summary>
    public static void UseGateway(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<GatewayOptions>();
        // Without a list the middleware would trust everybody.
        if (options.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();

        app.UseMiddleware<SecurityHeaders>();
        if (options.UsesTls)
            app.UseMiddleware<SecureTransport>();

        // A trusted proxy in front answers for who asks, and for the name.
        if (options.AccessToken is null && options.TrustedProxies.Count == 0)
            app.UseMiddleware<LocalHosts>();

        app.UseRateLimiter();
        app.UseMiddleware<PrivatePaths>();
        if (options.AccessToken is not null)
            app.UseMiddleware<AccessMiddleware>();

        app.UseMiddleware<RequestSize>();
        app.UseResponseCompression();
    }

    /// <summary>The gateway's own form, and the replicas for everything else.</summary>
    public static void MapGateway(this WebApplication app)
    {
        if (app.Services.GetRequiredService<GatewayOptions>().AccessToken is not null)
            app.MapLogin();

        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<RetryMiddleware>();
            proxy.UseLoadBalancing();
            proxy.UsePassiveHealthChecks();
        });
    }
}
