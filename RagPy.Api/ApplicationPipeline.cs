using RagPy.Api.Http;
using RagPy.ServiceDefaults;

namespace RagPy.Api;

/// <summary>What every request goes through before it reaches its endpoint.</summary>
internal static class ApplicationPipeline
{
    public static void UseApplication(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        // What the sender did wrong is no news for the log; everything else is, however it was answered.
        app.UseExceptionHandler(
            new ExceptionHandlerOptions { SuppressDiagnosticsCallback = context => ErrorAnswers.IsSendersFault(context.Exception) }
        );
        app.UseMiddleware<GatewayRequests>();
        app.UseMiddleware<LocalGuard>();
        app.UseRateLimiter();
        app.UseWhen(context => !HealthEndpoints.IsProbe(context.Request.Path), rest => rest.UseResponseCompression());
        app.UseWhen(
            context => ApiRoutes.IsApi(context.Request.Path),
            api =>
                api.UseStatusCodePages(context =>
                {
                    var status = context.HttpContext.Response.StatusCode;
                    return ErrorAnswers.WriteAsync(context.HttpContext, Problems.Of(status));
                })
        );
    }
}
