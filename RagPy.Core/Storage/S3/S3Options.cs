using RagPy.Core.Settings;

namespace RagPy.Core.Storage.S3;

/// <summary>Where files are kept in an object storage with the interface of Amazon S3. Taken as it is; already checked.</summary>
public sealed record S3Options
{
    /// <summary>Bucket (RAGPY_S3_BUCKET), which must be there.</summary>
    public required string Bucket { get; init; }

    /// <summary>Address of the service (RAGPY_S3_ENDPOINT); null for Amazon's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Region (RAGPY_S3_REGION), part of every signature.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Beginning of every key (RAGPY_S3_PREFIX): empty, or ending in a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>RAGPY_S3_ACCESS_KEY; null for what Amazon's tools find: variables, profile, role of the machine.</summary>
    public string? AccessKey { get; init; }

    /// <summary>RAGPY_S3_SECRET_KEY.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The bucket is part of the path, not of the host's name.</summary>
    public bool UsesPaths { get; init; }

    /// <summary>What local copies may take together, in bytes (RAGPY_S3_CACHE).</summary>
    public long CacheBytes { get; init; } = 4L << 30;

    /// <summary>Size from which a file is sent in parts; also the smallest part. Amazon's limit is 5 MiB.</summary>
    public long PartBytes { get; init; } = 16L << 20;

    /// <summary>How long a connection may stand still in the middle of an answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries of one request that did not come through or was answered with 500, 503 and the like, the first included.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>What people call it.</summary>
    internal string Name => Endpoint is null ? $"Amazon S3 ({Region})" : $"The object storage at {Endpoint.Authority}";

    /// <summary>What settings ask for; null when files are kept in the data folder.</summary>
    public static S3Options? From(RagPySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings.S3Bucket is not { } bucket)
        {
            return null;
        }

        var prefix = (settings.S3Prefix ?? "").Trim('/');
        return new S3Options
        {
            Bucket = bucket,
            Endpoint = settings.S3Endpoint is { } address ? new Uri(address) : null,
            Region = settings.S3Region,
            Prefix = prefix.Length == 0 ? "" : $"{prefix}/",
            AccessKey = settings.S3AccessKey,
            SecretKey = settings.S3SecretKey,
            UsesPaths = settings.S3Addressing == "path" || (settings.S3Addressing == "auto" && settings.S3Endpoint is not null),
            CacheBytes = settings.S3CacheBytes,
        };
    }

    /// <summary>Never the keys.</summary>
    public override string ToString() => $"{Name}, bucket {Bucket}";
}
