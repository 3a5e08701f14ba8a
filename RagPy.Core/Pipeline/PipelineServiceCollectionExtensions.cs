using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Estimates;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Extraction.Sections;
using RagPy.Core.Indexing;
using RagPy.Core.Indexing.Remote;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Providers.Chat;
using RagPy.Core.Settings;
using RagPy.Core.Sources;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Registers the pipeline.</summary>
public static class PipelineServiceCollectionExtensions
{
    /// <summary>
    /// Registers the database, the blob store, the services of projects and tasks, and the worker with its stages, which stands still until
    /// <see cref="PipelineWorker.StartAsync"/>. What is registered before stays: a source opener, an extractor, a vector store, embedders of one's own.
    /// </summary>
    /// <param name="options">Taken as it is; already checked.</param>
    public static IServiceCollection AddRagPyPipeline(this IServiceCollection services, PipelineOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.TryAddSingleton(_ => PipelineDataSource.Create(options));
        services.AddDbContextFactory<RagPyDbContext>(
            (provider, builder) => builder.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>()).UseSnakeCaseNamingConvention()
        );
        services.TryAddSingleton<BlobStores>();
        services.TryAddSingleton<IBlobStore>(provider => provider.GetRequiredService<BlobStores>().Configured);
        services.TryAddSingleton(
            new EmbeddedStoreOptions { Folder = Path.Combine(options.DataDirectory, "index"), MemoryBudget = options.IndexMemoryBytes }
        );
        services.TryAddSingleton<EmbeddedVectorStore>();
        services.AddRemoteStores(options.Stores);
        services.TryAddSingleton<IVectorStore, RoutedVectorStore>();
        services.AddSingleton<DatabaseMigrator>();
        services.AddSingleton<ProjectJanitor>();
        services.AddSingleton<BlobCopier>();
        services.AddSingleton<DeletionService>();
        services.AddSingleton<AuditService>();
        services.AddSingleton<ProjectAccess>();
        services.AddSingleton<ProjectService>();
        services.AddSingleton<StoreChoice>();
        services.AddSingleton<NotificationHub>();
        services.AddSingleton<TaskService>();
        services.AddSingleton<EmbedderChoice>();
        services.AddSingleton<CleanUpChoice>();
        services.AddSingleton(provider => new RecognitionChoice(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ProjectAccess>(),
            provider.GetRequiredService<RecognitionEngines>(),
            provider.GetRequiredService<IChatModels>(),
            provider.GetRequiredService<RagPySettings>()
        ));
        services.AddSingleton<CleanUpStatistics>();
        services.AddSingleton<SpendingService>();
        services.AddSingleton<PersonSpendingService>();
        services.AddSingleton<EstimateCosts>();
        services.AddSingleton(provider => new EstimateService(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ProjectAccess>(),
            provider.GetRequiredService<SourceAccess>(),
            provider.GetRequiredService<IEmbedderRegistry>(),
            provider.GetRequiredService<EstimateCosts>(),
            provider.GetRequiredService<RecognitionEngines>(),
            provider.GetRequiredService<Extractors>(),
            provider.GetRequiredService<RagPySettings>(),
            provider.GetRequiredService<ChunkSettings>(),
            provider.GetRequiredService<TokenCounter>()
        ));
        services.AddSingleton<TaskChangeReader>();
        services.AddSingleton<IdempotentRequests>();
        services.AddSingleton<UploadService>();
        services.AddSingleton<SessionReader>();
        services.AddSingleton<DocumentReader>();
        services.AddSingleton<WorkerPresence>();
        services.AddRagPyProviders();
        AddStages(services);
        AddWorker(services);
        return services;
    }

    /// <summary>Lets the host start and stop the worker.</summary>
    public static IServiceCollection AddRagPyWorker(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddHostedService(provider => provider.GetRequiredService<PipelineWorker>());
    }

    private static void AddStages(IServiceCollection services)
    {
        services.TryAddSingleton<SourceOpener>(SourceFactory.Open);
        services.AddSingleton<SourceAccess>();
        services.TryAddSingleton<TokenCounter>();
        services.TryAddSingleton(new ChunkSettings());
        services.TryAddSingleton<IDocumentChunker, DocumentChunker>();
        services.TryAddSingleton<OfflineEmbeddingGenerator>();
        services.TryAddSingleton<SparseEncoder>();
        services.TryAddSingleton<ChunkEncoder>();
        services.TryAddSingleton<IEmbedderRegistry, ConfiguredEmbedders>();
        services.AddSingleton<ISectionExtractor, HtmlExtractor>();
        services.AddSingleton<ISectionExtractor, EpubExtractor>();
        services.AddSingleton<Extractors>();
        services.AddRecognition();
        services.AddSingleton<ProjectRecognition>();
        services.AddSingleton<RecognitionStore>();
        services.TryAddSingleton(new RecognitionBatchOptions());
        services.AddSingleton<RecognitionBatchFiles>();
        services.AddSingleton<RecognitionBatchGate>();
        services.AddSingleton<RecognitionBatchStore>();
        services.AddSingleton<RecognitionBatchRows>();
        services.AddSingleton<RecognitionBatchReader>();
        services.AddSingleton<RecognitionBatchSender>();
        services.AddSingleton<RecognitionBatchKeeper>();
        services.AddSingleton<RecognitionRun>();
        services.AddSingleton<RecognitionWriter>();
        services.AddSingleton<DocumentVersions>();
        services.AddSingleton<DocumentRows>();
        services.AddSingleton<DocumentEnds>();
        services.AddSingleton<AbstractDocuments>();
        services.AddSingleton<SourceFiles>();
        services.AddSingleton<ReadBatchWriter>();
        services.AddSingleton<ExtractionWriter>();
        services.AddSingleton<GivenChunks>();
        services.AddSingleton<OfflineEmbedding>();
        services.AddSingleton<EmbeddingWriter>();
        services.AddSingleton<RefusalJudge>();
        services.AddSingleton<EmbeddingDispatcher>();
        services.AddSingleton<PriceTable>();
        services.AddSingleton<IStageHandler, ReadStage>();
        services.AddSingleton<IStageHandler, ExtractStage>();
        services.AddSingleton<IStageHandler, RecognizeStage>();
        services.AddSingleton<IStageHandler, ChunkStage>();
        services.AddSingleton<CleanUpWriter>();
        services.AddSingleton<CleanUpDispatcher>();
        services.AddSingleton<IStageHandler, CleanStage>();
        services.AddSingleton<IStageHandler, EmbedStage>();
        services.AddSingleton<IStageHandler, IndexStage>();
    }

    private static void AddWorker(IServiceCollection services)
    {
        services.AddSingleton<WorkItemStore>();
        services.AddSingleton<PipelineTelemetry>();
        services.AddSingleton<PumpSlots>();
        services.AddSingleton<PumpSignals>();
        services.AddSingleton<PumpQueue>();
        services.AddSingleton<PumpJob>();
        services.AddSingleton<Pump>();
        services.AddSingleton<LeaseKeeper>();
        services.AddSingleton<ItemFailures>();
        services.AddSingleton<ProgressWriter>();
        services.AddSingleton<WorkerIdentity>();
        services.AddSingleton<WorkerLifetime>();
        services.AddSingleton<Failpoints>();
        services.AddSingleton<HangfireStorage>();
        services.AddSingleton<RelaySweep>();
        services.AddSingleton<Relay>();
        services.AddSingleton<StoreMover>();
        services.AddSingleton<BlobSweep>();
        services.AddSingleton<WorkerParts>();
        services.AddSingleton(provider => new PipelineWorker(
            provider.GetRequiredService<WorkerParts>(),
            provider.GetRequiredService<PipelineOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PipelineWorker>>()
        ));
    }
}
