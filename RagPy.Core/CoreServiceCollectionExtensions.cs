using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using RagPy.Core.Exports;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Search.Evaluation;
using RagPy.Core.Settings;

namespace RagPy.Core;

/// <summary>Registers the core as a whole, for whoever hosts it: the command line, the worker, the API.</summary>
public static class CoreServiceCollectionExtensions
{
    /// <summary>Pipeline, extractor, search, exports and evaluation, as the settings say.</summary>
    /// <param name="connectionString">The database, in Npgsql's form.</param>
    /// <param name="dataDirectory">Absolute path of the folder for stored files and the index.</param>
    public static IServiceCollection AddRagPyCore(
        this IServiceCollection services,
        RagPySettings settings,
        string connectionString,
        string dataDirectory
    )
    {
        services.TryAddSingleton(settings);
        services.TryAddSingleton<IPageTextExtractor>(_ => new ExtractorProcess(ExtractorOptions.From(settings)));
        services.AddRagPyPipeline(PipelineOptions.From(settings, connectionString, dataDirectory));
        services.AddSingleton<SearchService>();
        services.AddSingleton<ProjectVersions>();
        services.AddSingleton<OriginalExport>();
        services.AddSingleton<SessionStatistics>();
        services.AddSingleton<EvaluationRunner>();

        return services;
    }
}
