using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace RagPy.ServiceDefaults;

/// <summary>The two probes of every service.</summary>
public static class HealthEndpoints
{
    /// <summary>Whether the service can do its work now: the database answers and its schema is the one expected.</summary>
    public const string HealthPath = "/health";

    /// <summary>Whether the process answers. A failing dependency never fails it, so that no orchestrator restarts a service for what a restart cannot mend.</summary>
    public const string AlivePath = "/alive";

    /// <summary>Tag of checks that <see cref="AlivePath"/> asks.</summary>
    internal const string LiveTag = "live";

    /// <summary>Whether a request is a probe.</summary>
    public static bool IsProbe(PathString path) =>
        path.StartsWithSegments(HealthPath, StringComparison.Ordinal) || path.StartsWithSegments(AlivePath, StringComparison.Ordinal);

    /// <summary>
    /// Maps both probes. 200 with <c>{"status":"healthy"}</c>, 200 with <c>degraded</c> when something is missing that the service does without, or 503 with
    /// <c>unhealthy</c>; the last two name the checks concerned. Unlike Aspire's template they are mapped in every environment, because the published
    /// topologies probe them; they say nothing that an outsider could use.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var checks = app.Services.GetRequiredService<HealthCheckService>();
        var time = app.Services.GetService<TimeProvider>() ?? TimeProvider.System;
        var log = new ReadinessLog(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<ReadinessLog>());
        var ready = new SharedHealthReport(checks, time, static _ => true, log);
        var alive = new SharedHealthReport(checks, time, static check => check.Tags.Contains(LiveTag));
        app.MapGet(HealthPath, (CancellationToken cancellationToken) => AnswerAsync(ready, cancellationToken)).ExcludeFromDescription();
        app.MapGet(AlivePath, (CancellationToken cancellationToken) => AnswerAsync(alive, cancellationToken)).ExcludeFromDescription();

        return app;
    }

    private static async Task<JsonHttpResult<HealthAnswer>> AnswerAsync(SharedHealthReport reports, CancellationToken cancellationToken)
    {
        var report = await reports.GetAsync(cancellationToken);
        var code = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;

        return TypedResults.Json(HealthAnswer.From(report), statusCode: code);
    }
}
