using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.ResponseCompression;
using Npgsql;
using RagPy.Api.Contracts;
using RagPy.Api.Events;
using RagPy.Api.Http;
using RagPy.Api.OpenApi;
using RagPy.Api.Uploads;
using RagPy.Core;
using RagPy.Core.Settings;
using RagPy.Core.Storage;
using RagPy.ServiceDefaults;

namespace RagPy.Api;

/// <summary>What the API is made of, beside the defaults of every service.</summary>
internal static class ApplicationServices
{
    /// <summary>Name of the connection string of the database.</summary>
    private const string Database = "ragpy";

    /// <summary>Event streams are not among them: what a compressor holds back comes late. PDFs are compressed already.</summary>
    private static readonly string[] s_compressed =
    [
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
    ];

    public static void AddApplicationServices(this WebApplicationBuilder builder)
    {
        builder.AddRagPySettings();
        var settings = SettingsBinder.Bind(name => builder.Configuration[name]).Settings;
        builder.AddNpgsqlDataSource(Database, configureDataSourceBuilder: Configure);
        builder.Services.AddRagPyCore(
            settings,
            builder.Configuration.GetConnectionString(Database) ?? "",
            settings.DataDirectory
                ?? throw new InvalidOperationException("RAGPY_DATA is not set: the AppHost sets it, or name the data folder yourself.")
        );
        builder.AddHttp(settings);
        // A failed statement is thrown as well, and told once where it is handled.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.None);
        builder.Services.AddSingleton<ICurrentPerson, LocalOwner>();
        builder.Services.AddSingleton<ProjectViews>();
        builder.Services.AddSingleton<TaskFrames>();
        builder.Services.AddSingleton<TaskFeeds>();
        builder.Services.AddSingleton<DatabaseStart>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseStart>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseStart>("migrations").AddProblemCheck("files", FindFileProblemAsync);
        builder.Services.AddHostedService<UploadSweep>();
    }

    private static Task<string?> FindFileProblemAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IBlobStore>().FindProblemAsync(cancellationToken);

    private static void AddHttp(this WebApplicationBuilder builder, RagPySettings settings)
    {
        builder.WebHost.ConfigureKestrel(kestrel => KestrelSettings.Apply(kestrel, settings));
        builder.WebHost.UseSockets(sockets => sockets.Backlog = Math.Max(1, settings.UvicornBacklog));
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ErrorAnswers>();
        builder.Services.AddRequestLimits(settings);
        builder.Services.AddResponseCompression(options => options.MimeTypes = s_compressed);
        builder.Services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        builder.Services.AddApiDescription();
        builder.Services.ConfigureHttpJsonOptions(options => Configure(options.SerializerOptions));
    }

    private static void Configure(JsonSerializerOptions json)
    {
        // Answers are never read as HTML: their type says JSON, and browsers are told not to guess. So letters stay letters.
        json.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }

    private static void Configure(NpgsqlDataSourceBuilder source)
    {
        var connection = source.ConnectionStringBuilder;
        connection.ApplicationName ??= "ragpy-api";
        // The statements of the API are few and always the same: the server need not plan them again.
        connection.MaxAutoPrepare = 100;
        // Two replicas, the worker and its jobs share the server's 200 connections; who finds none free waits.
        connection.MaxPoolSize = Math.Min(connection.MaxPoolSize, 60);
        // A listening connection must notice a server that went away without a word.
        connection.KeepAlive = 30;
    }
}
