using Microsoft.Extensions.Logging;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage.S3;

namespace RagPy.Core.Storage;

/// <summary>The places in which files may be kept, and which of them the settings choose: the object storage where a bucket is named, else the data folder.</summary>
public sealed partial class BlobStores : IDisposable
{
    private readonly Lazy<FolderBlobStore> _folder;
    private readonly Lazy<S3BlobStore>? _s3;

    public BlobStores(PipelineOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        _folder = new(() => new FolderBlobStore(options.BlobDirectory));
        _s3 = options.S3 is { } s3
            ? new(() => new S3BlobStore(s3, options.BlobCacheDirectory, time, loggers.CreateLogger<S3BlobStore>()))
            : null;
        if (options is { S3: not null, Stores.Default: StoreKinds.Embedded })
        {
            LogIndexIsLocal(loggers.CreateLogger<BlobStores>());
        }
    }

    /// <summary>Where files are kept.</summary>
    public IBlobStore Configured => _s3 is null ? _folder.Value : _s3.Value;

    /// <summary>The data folder's.</summary>
    public IBlobStore Folder => _folder.Value;

    /// <summary>The object storage's; null when no bucket is named.</summary>
    public IBlobStore? S3 => _s3?.Value;

    public void Dispose()
    {
        if (_s3 is { IsValueCreated: true })
        {
            _s3.Value.Dispose();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Files are shared by all hosts (RAGPY_S3_BUCKET), but the index of new projects is on this host alone: on several hosts set RAGPY_VECTOR_STORE to a store that they share"
    )]
    private static partial void LogIndexIsLocal(ILogger logger);
}
