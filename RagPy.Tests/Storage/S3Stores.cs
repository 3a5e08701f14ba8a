using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Storage.S3;
using RagPy.Tests.Simulators;

namespace RagPy.Tests.Storage;

/// <summary>Stores on the simulated object storage, as tests want them.</summary>
internal static class S3Stores
{
    /// <summary>Amazon's smallest.</summary>
    public const int PartBytes = 5 << 20;

    public static S3Options OptionsOf(S3Simulator simulator) =>
        new()
        {
            Bucket = S3Simulator.Bucket,
            Endpoint = simulator.Address,
            AccessKey = S3Simulator.AccessKey,
            SecretKey = S3Simulator.Secret,
            UsesPaths = true,
            PartBytes = PartBytes,
            Tries = 3,
        };

    /// <param name="cache">Folder of the host that the store is on.</param>
    public static S3BlobStore StoreOn(S3Options options, string cache, TimeProvider? time = null) =>
        new(options, cache, time ?? TimeProvider.System, NullLogger<S3BlobStore>.Instance);

    public static byte[] RandomBytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
