using RagPy.ServiceDefaults;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace RagPy.Gateway.Forwarding;

/// <summary>What is changed in requests to replicas and in their answers; everything else, caching headers included, passes as it is.</summary>
internal static class Transforms
{
    /// <summary>
    /// Replicas see the host that the client asked for, and in <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>X-Real-IP</c> what the gateway knows itself; what
    /// a client put there is overwritten.
    /// </summary>
    public static void Add(TransformBuilderContext context)
    {
        var drain = context.Services.GetRequiredService<Drain>();
        var key = context.Services.GetRequiredService<GatewayOptions>().ReplicaKey;
        context.AddXForwarded(ForwardedTransformActions.Set);
        context.AddOriginalHost();
        context.AddRequestHeaderRemove("Forwarded");
        context.AddRequestTransform(request =>
        {
            Set(request.ProxyRequest, "X-Real-IP", ClientAddress.Of(request.HttpContext).ToString());
            Set(request.ProxyRequest, GatewayHeaders.Key, key);

            return ValueTask.CompletedTask;
        });
        context.AddResponseTransform(response =>
        {
            if (response.ProxyResponse is { } answer)
                Receive(response, answer, drain);

            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Whatever the client put there.</summary>
    private static void Set(HttpRequestMessage request, string name, string? value)
    {
        request.Headers.Remove(name);
        if (value is not null)
            request.Headers.TryAddWithoutValidation(name, value);
    }

    private static void Receive(ResponseTransformContext response, HttpResponseMessage answer, Drain drain)
    {
        var context = response.HttpContext;
        if (context.Features.Get<Attempts>()?.TryPassOver(answer.StatusCode) == true)
        {
            response.SuppressResponseBody = true;

            return;
        }

        context.Response.Headers.Remove("Server");
        if (answer.StatusCode != System.Net.HttpStatusCode.SwitchingProtocols)
            answer.Content = new ReplicaBody(
                answer.Content,
                context.Response,
                IsStream(answer) ? drain.StreamsEnd : CancellationToken.None
            );
    }

    private static bool IsStream(HttpResponseMessage answer) => answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
}
