using RagPy.Core.Indexing;

namespace RagPy.Core.Settings;

/// <summary>
/// Every setting of the application, checked; immutable. The variables of the original keep their names and meaning. <c>docs/settings.md</c>
/// is made from these declarations.
/// </summary>
public sealed partial record RagPySettings
{
    private const double Kibi = 1024;
    private const double Mebi = Kibi * 1024;
    private const double Gibi = Mebi * 1024;
    private const double Tebi = Gibi * 1024;

    [Setting(
        "RAGPY_DATA",
        "Folder that holds everything a run writes: blobs, index segments, the embedded database.",
        Unset = "`.ragpy` beside `RagPy.sln`, else in the current folder"
    )]
    public string? DataDirectory { get; init; }

    [Setting(
        "RAGPY_TOOLS",
        "Folder in which `npm ci` was run for each folder of `tools/`, for machines that cannot download: `NAME/node_modules`, or all in one.",
        Unset = "installed into the data folder on first use"
    )]
    public string? ToolsDirectory { get; init; }

    [Setting("RAGPY_POSTGRES_USER", "Account that runs the embedded PostgreSQL when the caller is root.")]
    public string PostgresUser { get; init; } = "nobody";

    [Setting(
        "DATABASE_URL",
        "PostgreSQL to use, as `postgresql://user:password@host:port/database` or an Npgsql connection string.",
        IsSecret = true,
        Unset = "the embedded PostgreSQL"
    )]
    public string? DatabaseUrl { get; init; }

    [Setting("DEFAULT_MAX_WORKERS", "Most threads of a process that work for the processor.", Min = 1, Max = 256, CappedByCores = true)]
    public int DefaultMaxWorkers { get; init; } = 8;

    [Setting(
        "DEFAULT_DOC_WORKERS",
        "Documents chunked at once by a process; never more than `DEFAULT_MAX_WORKERS`.",
        Min = 1,
        Max = 256,
        CappedByCores = true
    )]
    public int DefaultDocWorkers { get; init; } = 6;

    [Setting("PDF_EXTRACTION_WORKERS", "PDFs extracted at once by a process.", Min = 1, Max = 256, CappedByCores = true)]
    public int PdfExtractionWorkers { get; init; } = 4;

    [Setting("RAGPY_MAX_PUMPS", "Job workers of a process, over all queues.", Min = 1, Max = 8)]
    public int MaxPumps { get; init; } = 8;

    [Setting(
        "RAGPY_STOP_TIMEOUT",
        "Time that a worker which is told to stop gives to running work before it hands it back; stopping may take four seconds more.",
        Min = 0,
        Max = 3600,
        Unit = "seconds"
    )]
    public int StopTimeoutSeconds { get; init; } = 8;

    [Setting("DEFAULT_EMBEDDING_BATCH_SIZE", "Chunks in one call of an embedder.", Min = 1, Max = 2048, Unit = "chunks")]
    public int DefaultEmbeddingBatchSize { get; init; } = 32;

    [Setting(
        "RAGPY_INDEX_MEMORY",
        "Memory that a process may keep of the embedded index; the project used least recently goes first.",
        Min = 16 * Mebi,
        Max = Tebi,
        Unit = SettingDefinition.Bytes
    )]
    public long IndexMemoryBytes { get; init; } = 512L << 20;

    [Setting(
        "RAGPY_VECTOR_STORE",
        "Where new projects keep their index. The embedded store serves one host.",
        Choices = $"{StoreKinds.Embedded} {StoreKinds.Qdrant} {StoreKinds.Pinecone} {StoreKinds.Weaviate} {StoreKinds.PgVector}"
    )]
    public string VectorStore { get; init; } = StoreKinds.Embedded;

    [Setting("RAGPY_EXTRACTOR", "The `RagPy.Extractor` program to use.", Unset = "the one beside the application")]
    public string? ExtractorPath { get; init; }

    [Setting(
        "RAGPY_EXTRACTION_PAGE_TIMEOUT",
        "Longest time without a finished page before a file fails as `timeout`.",
        Min = 1,
        Max = 3600,
        Unit = "seconds"
    )]
    public int ExtractionPageTimeoutSeconds { get; init; } = 30;

    [Setting(
        "RAGPY_EXTRACTION_MEMORY",
        "Memory that the extraction of one file may take before it fails as `memory`.",
        Min = 64 * Mebi,
        Max = 64 * Gibi,
        Unit = SettingDefinition.Bytes
    )]
    public long ExtractionMemoryBytes { get; init; } = 512L << 20;

    [Setting("RAGPY_EXTRACTION_MAX_PAGES", "Pages above which a file fails as `too_many_pages`.", Min = 1, Max = 10_000, Unit = "pages")]
    public int ExtractionMaxPages { get; init; } = 10_000;

    [Setting(
        "RAGPY_MAX_FILE_SIZE",
        "Size above which a file fails as `too_large`.",
        Min = Mebi,
        Max = Tebi,
        Unit = SettingDefinition.Bytes
    )]
    public long MaxFileBytes { get; init; } = 1L << 30;

    [Setting(
        "RAGPY_MAX_UPLOAD_SIZE",
        "Largest upload: one archive, or all PDFs sent together.",
        Min = Mebi,
        Max = Tebi,
        Unit = SettingDefinition.Bytes
    )]
    public long MaxUploadBytes { get; init; } = 1L << 30;

    /// <summary>Documents chunked at once: the smaller of <see cref="DefaultDocWorkers"/> and <see cref="DefaultMaxWorkers"/> (load plan, P1-T3).</summary>
    public int ChunkingWorkers => Math.Min(DefaultDocWorkers, DefaultMaxWorkers);

    /// <summary><see cref="ExtractionPageTimeoutSeconds"/> as a time span.</summary>
    public TimeSpan ExtractionPageTimeout => TimeSpan.FromSeconds(ExtractionPageTimeoutSeconds);

    /// <summary>Reads the environment and, for what it does not set, <c>.env</c> in the current folder.</summary>
    /// <param name="warn">Takes each value that could not be used; without it they are written to standard error.</param>
    public static RagPySettings Load(Action<SettingWarning>? warn = null)
    {
        var file = DotEnvFile.Read(DotEnvFile.DefaultPath, out var problem);
        var binding = SettingsBinder.Bind(name => Environment.GetEnvironmentVariable(name) ?? file.GetValueOrDefault(name));
        foreach (var warning in problem is null ? binding.Warnings : [problem, .. binding.Warnings])
        {
            if (warn is null)
                Console.Error.WriteLine($"warning: {warning.Message}");
            else
                warn(warning);
        }

        return binding.Settings;
    }

    /// <summary>The names of the values only: some of them are secrets.</summary>
    public override string ToString() => nameof(RagPySettings);
}
