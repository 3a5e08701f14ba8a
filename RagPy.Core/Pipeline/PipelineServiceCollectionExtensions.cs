using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Registers the pipeline.</summary>
public static class PipelineServiceCollectionExtensions
{
    /// <summary>
    /// Registers the database, the blob store, the services of projects and tasks, and the worker with its stages, which stands still until
    /// <see cref="PipelineWorker.StartAsync"/>. The vector store, the extractor and the embedders are registered by their own folders.
    /// </summary>
    /// <param name="options">Taken as it is; already checked.</param>
    public static IServiceCollection AddRagPyPipeline(this IServiceCollection services, PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(CreateDataSource(options));
        services.AddDbContextFactory<RagPyDbContext>(
            (provider, builder) => builder.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()).UseSnakeCaseNamingConvention()
        );
        services.TryAddSingleton<IBlobStore>(_ => new FolderBlobStore(options.BlobDirectory));
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<ProjectJanitor>();
        services.AddSingleton<DeletionService>();
        services.AddSingleton<ProjectAccess>();
        services.AddSingleton<ProjectService>();
        services.AddSingleton<NotificationHub>();
        services.AddSingleton<TaskService>();
        services.AddSingleton<WorkerPresence>();
        services.AddSingleton<PipelineWorker>();
        return services;
    }

    /// <summary>Lets the host start and stop the worker.</summary>
    public static IServiceCollection AddRagPyWorker(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddHostedService(provider => provider.GetRequiredService<PipelineWorker>());
    }

    private static NpgsqlDataSource CreateDataSource(PipelineOptions options)
    {
        var settings = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            MaxPoolSize = options.MaxConnections,
            ApplicationName = "ragpy",
            // A listening connection must notice a server that went away without a word.
            KeepAlive = 30,
        };
        return NpgsqlDataSource.Create(settings);
    }
}
