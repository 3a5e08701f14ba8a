using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Metrics;

namespace RagPy.ServiceDefaults;

/// <summary>Npgsql's own traces and metrics, for who makes the data source without an integration of this project.</summary>
public static class NpgsqlTelemetry
{
    /// <summary>Seconds; the default buckets of a histogram are meant for milliseconds.</summary>
    private static readonly double[] s_seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

    private static readonly string[] s_durations = ["db.client.commands.duration", "db.client.connections.create_time"];

    /// <summary>Collects what is asked for.</summary>
    public static void AddNpgsqlTelemetry(this IHostApplicationBuilder builder, bool tracing, bool metrics)
    {
        ArgumentNullException.ThrowIfNull(builder);
        // Each statement would be a line of its own, beside its span.
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);

        if (tracing)
        {
            builder.Services.AddOpenTelemetry().WithTracing(provider => provider.AddNpgsql());
        }

        if (metrics)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(AddMetrics);
        }
    }

    private static void AddMetrics(MeterProviderBuilder provider)
    {
        provider.AddMeter("Npgsql");
        foreach (var duration in s_durations)
        {
            provider.AddView(duration, new ExplicitBucketHistogramConfiguration { Boundaries = s_seconds });
        }
    }
}
