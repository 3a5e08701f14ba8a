using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RagPy.Core;
using RagPy.Core.Pipeline;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.LocalServices;
using RagPy.ServiceDefaults;

namespace RagPy.Ingestion;

/// <summary>
/// The worker as a service with the defaults of every service. Where an address is given (<c>ASPNETCORE_URLS</c>, <c>ASPNETCORE_HTTP_PORTS</c>,
/// <c>HTTP_PORTS</c>) it also answers probes there, and nothing else.
/// </summary>
internal static class WorkerHost
{
    private const string Database = "ragpy";
    private const string Redis = "redis";

    /// <summary>What a stop may take beyond the pipeline's grace period.</summary>
    private static readonly TimeSpan s_afterGrace = TimeSpan.FromSeconds(20);

    private static readonly string[] s_addresses = ["urls", "http_ports"];

    /// <param name="connectionString">Of the database, in Npgsql's form.</param>
    public static IHost Build(string connectionString)
    {
        // What the variables say, with and without ASPNETCORE_, as Kestrel will read them.
        var variables = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build();

        if (!Array.Exists(s_addresses, name => !string.IsNullOrWhiteSpace(variables[name])))
        {
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Configuration.AddEnvironmentVariables();
            Configure(builder, connectionString);

            return builder.Build();
        }

        var web = WebApplication.CreateSlimBuilder();
        web.Logging.ClearProviders();
        Configure(web, connectionString);
        var app = web.Build();
        app.MapDefaultEndpoints();

        return app;
    }

    private static void Configure(IHostApplicationBuilder builder, string connectionString)
    {
        var settings = RagPySettings.Load();
        var data = settings.DataDirectory ?? DataDirectory.Locate(Environment.GetEnvironmentVariable);
        var options = PipelineOptions.From(settings, connectionString, data);
        ConsoleLog.Configure(builder.Logging, LogLevel.Information);
        builder.AddServiceDefaults();
        builder.AddNpgsqlDataSource(
            Database,
            client => client.ConnectionString = connectionString,
            source => PipelineDataSource.Configure(source.ConnectionStringBuilder, options)
        );
        AddRedis(builder);
        builder.Services.AddRagPyCore(settings, connectionString, data);
        builder.Services.AddSingleton<WorkerService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WorkerService>());
        builder
            .Services.AddHealthChecks()
            .AddCheck<WorkerService>(WorkerService.CheckName)
            .AddProblemCheck("files", (services, token) => services.GetRequiredService<IBlobStore>().FindProblemAsync(token));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.GracePeriod + s_afterGrace);
    }

    /// <summary>Only where one is named: without Redis the worker keeps to limits of its own.</summary>
    private static void AddRedis(IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.GetConnectionString(Redis) ?? builder.Configuration["CELERY_BROKER_URL"];

        if (!string.IsNullOrWhiteSpace(connectionString))
            builder.AddRedisClient(Redis, client => client.ConnectionString = connectionString);
    }
}
