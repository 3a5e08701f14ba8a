using Yarp.ReverseProxy.Forwarder;

namespace RagPy.Gateway.Forwarding;

/// <summary>The HTTP client that speaks to replicas.</summary>
internal sealed class ReplicaHttpClientFactory : ForwarderHttpClientFactory
{
    /// <summary>Enough for any local network; a machine that is gone does not refuse, it is silent.</summary>
    private static readonly TimeSpan s_connectPatience = TimeSpan.FromSeconds(3);

    /// <summary>Less than replicas keep idle connections, so that it is the gateway which closes them.</summary>
    private static readonly TimeSpan s_idleConnections = TimeSpan.FromSeconds(60);

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = s_connectPatience;
        handler.PooledConnectionIdleTimeout = s_idleConnections;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new SentOnce(base.WrapHandler(context, handler));

    /// <summary>
    /// <see cref="SocketsHttpHandler"/> sends a request without content again, whatever its method, when the connection ends before an answer; a replica that was killed
    /// may have acted on it by then. It does not send one with content again, even if that is empty.
    /// </summary>
    private sealed class SentOnce(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && request.Method != HttpMethod.Options)
                request.Content ??= new ByteArrayContent([]);

            return base.SendAsync(request, cancellationToken);
        }
    }
}
