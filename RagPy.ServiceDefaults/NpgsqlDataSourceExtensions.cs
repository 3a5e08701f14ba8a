using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RagPy.ServiceDefaults;

/// <summary>Registers an <see cref="NpgsqlDataSource"/> in the form of Aspire's client integration.</summary>
public static class NpgsqlDataSourceExtensions
{
    private const string Section = "Aspire:Npgsql";

    /// <summary>
    /// Registers a singleton <see cref="NpgsqlDataSource"/> with a health check (<c>PostgreSql</c>), traces and metrics. Settings come from <c>Aspire:Npgsql</c>,
    /// then <c>Aspire:Npgsql:{connectionName}</c>, then <c>ConnectionStrings:{connectionName}</c>, then the callback; the later wins.
    /// </summary>
    /// <exception cref="InvalidOperationException">When the data source is first used: no connection string is set anywhere.</exception>
    public static void AddNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var settings = ClientSettings.Bind<NpgsqlSettings>(builder.Configuration, Section, connectionName);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);
        builder.Services.AddSingleton(services =>
        {
            var connectionString = ClientSettings.Require(settings.ConnectionString, connectionName, Section, connectionName);
            var source = new NpgsqlDataSourceBuilder(connectionString);
            source.UseLoggerFactory(services.GetService<ILoggerFactory>());
            configureDataSourceBuilder?.Invoke(source);

            return source.Build();
        });
        if (!settings.DisableHealthChecks)
        {
            builder.TryAddHealthCheck(
                new HealthCheckRegistration(
                    "PostgreSql",
                    services => new NpgsqlHealthCheck(services.GetRequiredService<NpgsqlDataSource>),
                    failureStatus: null,
                    tags: null
                )
            );
        }

        builder.AddNpgsqlTelemetry(!settings.DisableTracing, !settings.DisableMetrics);
    }
}
