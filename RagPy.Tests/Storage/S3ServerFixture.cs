using System.Diagnostics;
using System.Globalization;
using RagPy.Core.Storage.S3;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Storage;

/// <summary>
/// s3rver (npm), an object storage that others have written. It offers neither the giving up nor the listing of uploads in parts, and does not refuse every wrong
/// signature, which is the simulator's to check.
/// </summary>
public sealed class S3ServerFixture : IAsyncLifetime
{
    private const string Bucket = "ragpy";

    /// <summary>The only account it has.</summary>
    private const string Account = "S3RVER";

    private readonly TemporaryFolder _folder = new();
    private Process? _server;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        var tool = await NpmTools.InstallAsync("s3rver", "s3rver");
        _server = Process.Start(
            new ProcessStartInfo("node", [Path.Combine(tool, "serve.js"), _folder.Path, Bucket])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var line = await _server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(
            int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out _port),
            line ?? await _server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        _server.BeginErrorReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.StandardInput.Close();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Settings of a store under a prefix of its own.</summary>
    internal S3Options NewOptions() =>
        new()
        {
            Bucket = Bucket,
            Endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}")),
            AccessKey = Account,
            SecretKey = Account,
            UsesPaths = true,
            Prefix = $"{Guid.NewGuid():n}/",
            PartBytes = S3Stores.PartBytes,
        };
}
