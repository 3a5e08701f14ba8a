using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using RagPy.ServiceDefaults;

namespace RagPy.Ingestion;

/// <summary>Telemetry of the verbs: only where somebody named a collector, so that a verb starts without all that it takes.</summary>
internal static class CommandTelemetry
{
    public static bool IsWanted =>
        !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(ServiceDefaultsExtensions.OtlpEndpointVariable));

    /// <summary>Builds a host that exports. It is never started, so its providers are begun here; what they have left is sent when it is disposed.</summary>
    public static IHost Build(HostApplicationBuilder builder)
    {
        builder.Configuration.AddEnvironmentVariables();
        builder.ConfigureOpenTelemetry();
        builder.AddNpgsqlTelemetry(tracing: true, metrics: true);
        var host = builder.Build();
        _ = host.Services.GetRequiredService<TracerProvider>();
        _ = host.Services.GetRequiredService<MeterProvider>();

        return host;
    }
}
