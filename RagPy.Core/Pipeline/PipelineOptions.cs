using RagPy.Core.Indexing.Remote;
using RagPy.Core.Settings;
using RagPy.Core.Storage.S3;

namespace RagPy.Core.Pipeline;

/// <summary>What the pipeline needs to know. Values are taken as they are: whoever fills it in has checked them.</summary>
public sealed class PipelineOptions
{
    /// <summary>Npgsql connection string of the database.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Folder of blobs and segments (RAGPY_DATA).</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>Files extracted at once in this process (PDF_EXTRACTION_WORKERS, capped by cores).</summary>
    public int ExtractionWorkers { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>How long a document's pages are recognised before others have their turn; what is done is kept.</summary>
    public TimeSpan RecognitionTurn { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Chunking pumps of this process (DEFAULT_DOC_WORKERS, capped by cores and by <see cref="MaxPumps"/>).</summary>
    public int ChunkingWorkers { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 2);

    /// <summary>Embedding pumps of this process.</summary>
    public int EmbeddingWorkers { get; set; } = 1;

    /// <summary>Documents cleaned up at once in this process; their calls wait at a gate of their own (MAX_CONCURRENT_LLM_CALLS).</summary>
    public int CleaningWorkers { get; set; } = 4;

    /// <summary>Indexing pumps of this process. Writers of one project may run beside each other; more than one seldom helps.</summary>
    public int IndexingWorkers { get; set; } = 1;

    /// <summary>Hangfire workers of this process; the sum of all pumps never exceeds it.</summary>
    public int MaxPumps { get; set; } = 8;

    /// <summary>Texts in one call of an embedder (DEFAULT_EMBEDDING_BATCH_SIZE).</summary>
    public int EmbeddingBatchSize { get; set; } = 32;

    /// <summary>Largest file taken, in bytes.</summary>
    public long MaxFileBytes { get; set; } = 1L << 30;

    /// <summary>Sessions in work at once (MAX_ACTIVE_SESSIONS).</summary>
    public int MaxActiveSessions { get; set; } = 50;

    /// <summary>Largest upload taken, in bytes (RAGPY_MAX_UPLOAD_SIZE).</summary>
    public long MaxUploadBytes { get; set; } = 1L << 30;

    /// <summary>Memory of the embedded index, in bytes (RAGPY_INDEX_MEMORY).</summary>
    public long IndexMemoryBytes { get; set; } = 512L << 20;

    /// <summary>Vector stores beside the embedded one.</summary>
    public RemoteStoreOptions Stores { get; set; } = new();

    /// <summary>The object storage for files; null where they are in the data folder.</summary>
    public S3Options? S3 { get; set; }

    /// <summary>Documents that a pump of a cheap stage claims and commits together.</summary>
    public int BatchSize { get; set; } = 25;

    /// <summary>How long a claim holds without a heartbeat.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How often a process extends its leases.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the relay looks at everything, whether or not it was told of work.</summary>
    public TimeSpan RelayInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one pump job runs before it hands over to a fresh one; one with items in hand goes on.</summary>
    public TimeSpan PumpTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an idle pump waits for more before it ends.</summary>
    public TimeSpan PumpLinger { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After this the work on one item is asked to stop.</summary>
    public TimeSpan SoftLimit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After this the work on one item is abandoned.</summary>
    public TimeSpan HardLimit { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Tries of one stage of one document in the face of transient failures.</summary>
    public int MaxTries { get; set; } = 3;

    /// <summary>Claims of one stage of one document after which it is taken to be what ends the workers.</summary>
    public int MaxAttempts { get; set; } = 20;

    /// <summary>Wait after the first transient failure; doubles with each, ±50 % at random.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time that a stopping process gives to running work before it releases it.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Connections of the application's pool.</summary>
    public int MaxConnections { get; set; } = 24;

    /// <summary>The options that settings ask for.</summary>
    /// <param name="connectionString">Npgsql connection string of the database.</param>
    /// <param name="dataDirectory">Folder of blobs and segments.</param>
    public static PipelineOptions From(RagPySettings settings, string connectionString, string dataDirectory)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new PipelineOptions
        {
            ConnectionString = connectionString,
            DataDirectory = dataDirectory,
            ExtractionWorkers = settings.PdfExtractionWorkers,
            ChunkingWorkers = Math.Min(settings.DefaultDocWorkers, settings.DefaultMaxWorkers),
            // One waits for the last calls of its documents while the other fills the next ones.
            EmbeddingWorkers = 2,
            CleaningWorkers = Math.Clamp(settings.MaxConcurrentLlmCalls, 2, 16),
            MaxPumps = settings.MaxPumps,
            GracePeriod = TimeSpan.FromSeconds(settings.StopTimeoutSeconds),
            EmbeddingBatchSize = settings.DefaultEmbeddingBatchSize,
            MaxFileBytes = settings.MaxFileBytes,
            IndexMemoryBytes = settings.IndexMemoryBytes,
            Stores = RemoteStoreOptions.From(settings),
            S3 = S3Options.From(settings),
            MaxUploadBytes = settings.MaxUploadBytes,
            MaxActiveSessions = settings.MaxActiveSessions,
            UploadDirectory = settings.UploadsDirectory ?? Path.Combine(dataDirectory, "uploads"),
        };
    }

    /// <summary>Where uploads are while they come in and are checked (UPLOADS_DIR); empty for the data folder's.</summary>
    public string UploadDirectory { get; set; } = "";

    /// <summary>Where blobs are, unless they are in an object storage.</summary>
    public string BlobDirectory => Path.Combine(DataDirectory, "blobs");

    /// <summary>Where this host keeps copies of files from the object storage.</summary>
    public string BlobCacheDirectory => Path.Combine(DataDirectory, "blob-cache");
}
