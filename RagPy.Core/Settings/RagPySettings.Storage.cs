namespace RagPy.Core.Settings;

/// <content>Where files are kept.</content>
public sealed partial record RagPySettings
{
    [Setting(
        "RAGPY_S3_BUCKET",
        "Bucket of an object storage with the interface of Amazon S3, in which files are kept so that hosts share them; it must be there.",
        Unset = "files are kept in the data folder"
    )]
    public string? S3Bucket { get; init; }

    [Setting("RAGPY_S3_ENDPOINT", "Address of the object storage, without the bucket.", IsUrl = true, Unset = "Amazon's, of the region")]
    public string? S3Endpoint { get; init; }

    [Setting("RAGPY_S3_REGION", "Region of the bucket; what it is called matters to Amazon and few others.")]
    public string S3Region { get; init; } = "us-east-1";

    [Setting("RAGPY_S3_PREFIX", "Folder within the bucket under which everything is kept.", Unset = "the bucket's top")]
    public string? S3Prefix { get; init; }

    [Setting(
        "RAGPY_S3_ACCESS_KEY",
        "Access key of the object storage.",
        IsSecret = true,
        Unset = "as Amazon's tools find it: `AWS_ACCESS_KEY_ID`, profile, role of the machine"
    )]
    public string? S3AccessKey { get; init; }

    [Setting("RAGPY_S3_SECRET_KEY", "Secret of `RAGPY_S3_ACCESS_KEY`.", IsSecret = true)]
    public string? S3SecretKey { get; init; }

    [Setting(
        "RAGPY_S3_ADDRESSING",
        "Where a request names the bucket: in the path or in the host's name; `auto` is the path with `RAGPY_S3_ENDPOINT`, the host without.",
        Choices = "auto path host"
    )]
    public string S3Addressing { get; init; } = "auto";

    [Setting(
        "RAGPY_S3_CACHE",
        "What copies of files from the object storage may take on the disk of a host; those used least recently go first.",
        Min = 64 * Mebi,
        Max = 64 * Tebi,
        Unit = SettingDefinition.Bytes
    )]
    public long S3CacheBytes { get; init; } = 4L << 30;
}
