using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace RagPy.ServiceDefaults;

/// <summary>Registers a Redis client in the form of Aspire's client integration.</summary>
public static class RedisClientExtensions
{
    private const string Section = "Aspire:StackExchange:Redis";

    /// <summary>
    /// Registers a singleton <see cref="IConnectionMultiplexer"/>, connected at first use, with a health check (<c>StackExchange.Redis</c>) and traces. Settings come
    /// from <c>Aspire:StackExchange:Redis</c>, then <c>Aspire:StackExchange:Redis:{connectionName}</c>, then <c>ConnectionStrings:{connectionName}</c>, then the
    /// callbacks; the later wins. <c>ConfigurationOptions</c> of either section are laid over the connection string.
    /// </summary>
    /// <remarks>Redis holds only what can be lost: a failing check degrades the service and does not make it unready.</remarks>
    /// <exception cref="InvalidOperationException">When the client is first used: no connection string is set anywhere.</exception>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var settings = ClientSettings.Bind<StackExchangeRedisSettings>(builder.Configuration, Section, connectionName);
        settings.ConnectionString = builder.Configuration.GetConnectionString(connectionName) ?? settings.ConnectionString;
        configureSettings?.Invoke(settings);
        var section = builder.Configuration.GetSection(Section);
        builder.Services.AddSingleton<IConnectionMultiplexer>(services =>
        {
            var options = Options(settings, connectionName, section);
            options.LoggerFactory ??= services.GetService<ILoggerFactory>();
            configureOptions?.Invoke(options);
            var connection = ConnectionMultiplexer.Connect(options);
            if (!settings.DisableTracing)
            {
                services.GetRequiredService<RedisTracing>().Watch(connection);
            }

            return connection;
        });
        if (!settings.DisableHealthChecks)
        {
            builder.TryAddHealthCheck(
                new HealthCheckRegistration(
                    "StackExchange.Redis",
                    services => new RedisHealthCheck(services.GetRequiredService<IConnectionMultiplexer>),
                    HealthStatus.Degraded,
                    tags: null,
                    timeout: RedisHealthCheck.Patience
                )
            );
        }

        if (!settings.DisableTracing)
        {
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.TryAddSingleton<RedisTracing>();
        }
    }

    private static ConfigurationOptions Options(StackExchangeRedisSettings settings, string connectionName, IConfigurationSection section)
    {
        var connectionString = ClientSettings.Require(settings.ConnectionString, connectionName, Section, connectionName);
        var options = ConfigurationOptions.Parse(RedisUrl.ToConfiguration(connectionString));
        // Away at the start is no worse than away later: the client connects when Redis comes.
        options.AbortOnConnectFail = false;
        section.GetSection("ConfigurationOptions").Bind(options);
        section.GetSection(connectionName).GetSection("ConfigurationOptions").Bind(options);

        return options;
    }
}
