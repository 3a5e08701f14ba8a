using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The topology with its files in an object storage: settings and keys go along, no volume is shared.</summary>
public sealed class ObjectStorageTopologyTests : IDisposable
{
    private readonly string _folder = PublishedTopology.CreateFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("compose", "RAGPY_S3_SECRET_KEY_FILE: /run/secrets/ragpy-s3-secret-key")]
    [InlineData("kubernetes", "key: ragpy-s3-secret-key")]
    public async Task Settings_flow_keys_are_secrets_and_nothing_is_shared(string target, string secret)
    {
        string[] settings = ["--set", "RAGPY_S3_BUCKET=library", "--set", "RAGPY_S3_ENDPOINT=https://s3.example.org"];

        var (exitCode, output) = await PublishedTopology.RunAsync([
            "--operation",
            "publish",
            "--step",
            $"publish-{target}",
            "--output-path",
            _folder,
            .. settings,
        ]);

        Assert.True(exitCode == 0, output);
        var published = string.Concat(PublishedTopology.Read(_folder).Values);
        Assert.Contains("RAGPY_S3_BUCKET: library", published, StringComparison.Ordinal);
        Assert.Contains("RAGPY_S3_ENDPOINT: https://s3.example.org", published, StringComparison.Ordinal);
        Assert.Contains(secret, published, StringComparison.Ordinal);
        Assert.DoesNotContain("ragpy-data", published, StringComparison.Ordinal);
    }
}
