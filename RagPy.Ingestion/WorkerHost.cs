using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RagPy.Core;
using RagPy.Core.Pipeline;
using RagPy.Core.Settings;
using RagPy.ServiceDefaults;

namespace RagPy.Ingestion;

/// <summary>The host of an ingestion worker: a service like the others, with telemetry, and with probes where it is told to listen.</summary>
internal static class WorkerHost
{
    /// <summary>Name of the connection string of the database.</summary>
    private const string Database = "ragpy";

    /// <summary>Variables of which each one tells it to listen.</summary>
    private static readonly string[] s_listens = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "HTTP_PORTS", "URLS"];

    /// <param name="connectionString">The database, in Npgsql's form.</param>
    /// <param name="data">Absolute path of the data folder.</param>
    public static IHost Build(RagPySettings settings, string connectionString, string data)
    {
        if (!s_listens.Any(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 }))
        {
            var alone = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            alone.Configuration.AddEnvironmentVariables();
            AddWorker(alone, settings, connectionString, data);

            return alone.Build();
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        AddWorker(builder, settings, connectionString, data);
        var app = builder.Build();
        app.MapDefaultEndpoints();

        return app;
    }

    private static void AddWorker(IHostApplicationBuilder builder, RagPySettings settings, string connectionString, string data)
    {
        var limit = PipelineOptions.From(settings, connectionString, data).MaxConnections;
        ConsoleLog.Configure(builder.Logging, LogLevel.Information);
        builder.AddServiceDefaults();
        builder.AddNpgsqlDataSource(
            Database,
            database => database.ConnectionString = connectionString,
            source =>
            {
                source.ConnectionStringBuilder.ApplicationName ??= "ragpy-worker";
                source.ConnectionStringBuilder.MaxPoolSize = limit;
                // A listening connection must notice a server that went away without a word.
                source.ConnectionStringBuilder.KeepAlive = 30;
            }
        );
        builder.Services.AddRagPyCore(settings, connectionString, data);
        builder.Services.AddRagPyWorker();
    }
}
