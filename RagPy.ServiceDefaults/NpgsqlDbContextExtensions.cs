using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace RagPy.ServiceDefaults;

/// <summary>Registers EF Core contexts on PostgreSQL in the form of Aspire's client integration.</summary>
public static class NpgsqlDbContextExtensions
{
    private const string Section = "Aspire:Npgsql:EntityFrameworkCore:PostgreSQL";

    /// <summary>
    /// Registers a pooled <typeparamref name="TContext"/> with retries, a health check (named like the context; connection and migrations), traces and metrics.
    /// Settings come from <c>Aspire:Npgsql:EntityFrameworkCore:PostgreSQL</c>, then its sub-section named like the context, then the one named like the
    /// connection, then <c>ConnectionStrings:{connectionName}</c>, then the callback; the later wins.
    /// </summary>
    /// <exception cref="InvalidOperationException">The context is registered already, or, when it is first used, no connection string is set anywhere.</exception>
    public static void AddNpgsqlDbContext<TContext>(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null,
        Action<DbContextOptionsBuilder>? configureDbContextOptions = null
    )
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        if (IsRegistered<TContext>(builder))
        {
            throw new InvalidOperationException(
                $"{typeof(TContext).Name} is registered already; use {nameof(EnrichNpgsqlDbContext)} to add health checks and telemetry to it."
            );
        }

        var name = typeof(TContext).Name;
        var settings = ClientSettings.Bind<NpgsqlEntityFrameworkCorePostgreSQLSettings>(
            builder.Configuration,
            Section,
            name,
            connectionName
        );
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);
        builder.Services.AddDbContextPool<TContext>(options =>
        {
            var connectionString = ClientSettings.Require(settings.ConnectionString, connectionName, Section, name, connectionName);
            options.UseNpgsql(connectionString, npgsql => Apply(npgsql, settings, !settings.DisableRetry));
            configureDbContextOptions?.Invoke(options);
        });
        AddChecksAndTelemetry<TContext>(builder, settings);
    }

    /// <summary>
    /// Adds retries, health check and telemetry to a <typeparamref name="TContext"/> that is registered already, by itself or by a factory. Settings come from
    /// the same sections, without a connection's. An execution strategy that the context has been given is kept.
    /// </summary>
    /// <exception cref="InvalidOperationException">The context is not registered.</exception>
    public static void EnrichNpgsqlDbContext<TContext>(
        this IHostApplicationBuilder builder,
        Action<NpgsqlEntityFrameworkCorePostgreSQLSettings>? configureSettings = null
    )
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!IsRegistered<TContext>(builder))
        {
            throw new InvalidOperationException(
                $"{typeof(TContext).Name} is not registered; call AddDbContext, AddDbContextFactory or {nameof(AddNpgsqlDbContext)} before."
            );
        }

        var settings = ClientSettings.Bind<NpgsqlEntityFrameworkCorePostgreSQLSettings>(
            builder.Configuration,
            Section,
            typeof(TContext).Name
        );
        configureSettings?.Invoke(settings);
        builder.Services.ConfigureDbContext<TContext>(options =>
        {
            var retry = !settings.DisableRetry && !HasStrategy(options);
            options.UseNpgsql(npgsql => Apply(npgsql, settings, retry));
        });
        AddChecksAndTelemetry<TContext>(builder, settings);
    }

    private static bool IsRegistered<TContext>(IHostApplicationBuilder builder)
        where TContext : DbContext => builder.Services.Any(service => service.ServiceType == typeof(DbContextOptions<TContext>));

    private static void Apply(NpgsqlDbContextOptionsBuilder npgsql, NpgsqlEntityFrameworkCorePostgreSQLSettings settings, bool retry)
    {
        if (retry)
        {
            npgsql.EnableRetryOnFailure();
        }

        if (settings.CommandTimeout is { } seconds)
        {
            npgsql.CommandTimeout(seconds);
        }
    }

    private static bool HasStrategy(DbContextOptionsBuilder options) =>
        options.Options.Extensions.OfType<RelationalOptionsExtension>().Any(extension => extension.ExecutionStrategyFactory is not null);

    private static void AddChecksAndTelemetry<TContext>(
        IHostApplicationBuilder builder,
        NpgsqlEntityFrameworkCorePostgreSQLSettings settings
    )
        where TContext : DbContext
    {
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddSingleton<DbContextHealthCheck<TContext>>();
            builder.TryAddHealthCheck(
                new HealthCheckRegistration(
                    typeof(TContext).Name,
                    services => services.GetRequiredService<DbContextHealthCheck<TContext>>(),
                    failureStatus: null,
                    tags: null
                )
            );
        }

        builder.AddNpgsqlTelemetry(!settings.DisableTracing, !settings.DisableMetrics);
    }
}
