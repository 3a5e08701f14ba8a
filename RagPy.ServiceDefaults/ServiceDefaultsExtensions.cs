using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace RagPy.ServiceDefaults;

/// <summary>What every service has: telemetry, health, resilience, service discovery. The shape is that of Aspire's service defaults project.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Every activity source and meter of RagPy has a name that this pattern matches.</summary>
    public const string TelemetryNames = "RagPy.*";

    /// <summary>Variable that names where telemetry goes (OpenTelemetry specification, OTLP exporter); nothing is exported without it.</summary>
    public const string OtlpEndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Variable that chooses which traces are kept (OpenTelemetry specification).</summary>
    private const string SamplerVariable = "OTEL_TRACES_SAMPLER";

    /// <summary>Source and meter of calls to models (GenAI semantic conventions), as Microsoft.Extensions.AI names them.</summary>
    private const string ModelTelemetry = "Experimental.Microsoft.Extensions.AI";

    /// <summary>Adds telemetry, health checks, service discovery, and resilience to every <see cref="HttpClient"/> of the factory.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        SecretFiles.ExpandAll(builder.Configuration);
        builder.AddRunningApplication();
        builder.ConfigureOpenTelemetry();
        builder.AddDefaultHealthChecks();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler();
            http.AddServiceDiscovery();
        });

        return builder;
    }

    /// <summary>Collects logs, metrics and traces, and exports them by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    public static TBuilder ConfigureOpenTelemetry<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        // Requests and statements are in the traces, where they can be found; a line for each would bury the rest.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Npgsql.Command", LogLevel.Warning);
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter(TelemetryNames, ModelTelemetry)
            )
            .WithTracing(tracing =>
            {
                // OTEL_TRACES_SAMPLER is read by the SDK, unless a sampler is set here.
                if (string.IsNullOrWhiteSpace(builder.Configuration[SamplerVariable]))
                {
                    tracing.SetSampler(new ParentBasedSampler(new WorkSampler()));
                }

                tracing
                    .AddSource(builder.Environment.ApplicationName, TelemetryNames, ModelTelemetry)
                    .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthATrace)
                    .AddHttpClientInstrumentation();
            });
        if (!string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpointVariable]))
        {
            builder.Services.AddOpenTelemetry().UseOtlpExporter();
        }

        return builder;
    }

    /// <summary>Adds the check that the process answers at all (<c>/alive</c>); integrations add theirs, which <c>/health</c> asks too.</summary>
    public static TBuilder AddDefaultHealthChecks<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // It writes an error for every probe that finds something amiss; ReadinessLog writes a line for every change.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [HealthEndpoints.LiveTag]);

        return builder;
    }

    /// <summary>Probes come every few seconds from several sides and would bury the traces of people's requests.</summary>
    private static bool IsWorthATrace(HttpContext context) => !HealthEndpoints.IsProbe(context.Request.Path);
}
