using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RagPy.Core.Settings;

/// <summary>Registers the settings.</summary>
public static partial class SettingsServiceCollectionExtensions
{
    /// <summary>
    /// Makes <see cref="RagPySettings"/> available, bound once from the application's configuration, for which <c>.env</c> in the current
    /// folder is the source of least weight. Warnings are logged when the settings are first asked for, at the latest when the host starts.
    /// </summary>
    public static IHostApplicationBuilder AddRagPySettings(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var variables = DotEnvFile.Read(DotEnvFile.DefaultPath, out var problem);
        builder.Configuration.Sources.Insert(0, new DotEnvConfigurationSource(variables));
        if (problem is not null)
            builder.Services.AddSingleton(problem);
        builder.Services.AddRagPySettings();

        return builder;
    }

    /// <summary>As the other, for a host whose configuration already has everything: needs an <see cref="IConfiguration"/> service.</summary>
    public static IServiceCollection AddRagPySettings(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            var binding = SettingsBinder.Bind(name => configuration[name]);
            var logger = provider.GetService<ILoggerFactory>()?.CreateLogger(typeof(RagPySettings));
            foreach (var warning in provider.GetServices<SettingWarning>().Concat(binding.Warnings))
            {
                if (logger is not null)
                    FellBack(logger, warning.Message);
            }

            return binding.Settings;
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SettingsCheck>());

        return services;
    }

    [LoggerMessage(LogLevel.Warning, "{Message}")]
    private static partial void FellBack(ILogger logger, string message);
}
