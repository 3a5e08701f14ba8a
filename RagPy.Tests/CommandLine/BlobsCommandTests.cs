using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.CommandLine;

/// <summary>Files moved into an object storage by an operator.</summary>
public sealed class BlobsCommandTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly S3Simulator _files = new();

    public async ValueTask InitializeAsync() => await _files.StartAsync();

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    [Fact]
    public async Task A_library_moves_into_a_bucket_and_is_worked_with_there()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        var sample = Path.Combine(Repository.Root, "samples", "library");
        await ragpy.RunAsync("run", sample, "--json");
        var folder = Path.Combine(ragpy.DataDirectory, "blobs");
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length;
        Assert.Equal(1, (await ragpy.RunAsync("blobs", "copy", "--to", "s3")).ExitCode);

        ragpy.Environment["RAGPY_S3_BUCKET"] = S3Simulator.Bucket;
        ragpy.Environment["RAGPY_S3_ENDPOINT"] = _files.Address.AbsoluteUri;
        ragpy.Environment["RAGPY_S3_ACCESS_KEY"] = S3Simulator.AccessKey;
        var secret = Path.Combine(ragpy.DataDirectory, "secret");
        await File.WriteAllTextAsync(secret, S3Simulator.Secret, TestContext.Current.CancellationToken);
        ragpy.Environment["RAGPY_S3_SECRET_KEY_FILE"] = secret;
        var copy = await ragpy.RunAsync("blobs", "copy", "--to", "s3");

        Assert.Equal(0, copy.ExitCode);
        Assert.StartsWith($"{files} files copied", copy.Output, StringComparison.Ordinal);
        Assert.Equal(files, _files.Objects.Count);
        Directory.Delete(folder, recursive: true);
        var again = await ragpy.RunAsync("run", sample, "--json");
        Assert.Equal(0, again.Json.GetProperty("documents").GetProperty("added").GetInt32());
        Assert.Equal(0, again.Json.GetProperty("documents").GetProperty("changed").GetInt32());
        Assert.False(Directory.Exists(folder));
        Assert.Contains(
            "the index of new projects is on this host alone",
            (await ragpy.RunAsync("doctor")).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(0, (await ragpy.RunAsync("delete", "--project", "library", "--yes")).ExitCode);
        Assert.Empty(_files.Objects);
    }
}
