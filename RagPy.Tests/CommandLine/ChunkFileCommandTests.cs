using RagPy.Tests.Sources;
using Xunit;

namespace RagPy.Tests.CommandLine;

public sealed class ChunkFileCommandTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_chunk_file_is_estimated_brought_in_and_written_again()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var folder = new LibraryFolder();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        var file = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["The keeper trims the wick.", "Granite."], _ => [0.6f, 0.8f]);
        var path = Path.Combine(folder.Write("chunks.json", file.Bytes).Root, "chunks.json");
        var exports = Path.Combine(ragpy.DataDirectory, "out");

        var estimate = await ragpy.RunAsync("estimate", path, "--json");
        var run = await ragpy.RunAsync("run", path, "--vectors-of", "ollama/some-model", "--out", exports, "--json");
        var again = await ragpy.RunAsync("run", Path.Combine(exports, "output_chunks.json"), "--json");
        var wrong = await ragpy.RunAsync("run", path, "--vectors-of", "no model at all");

        Assert.True(estimate.ExitCode == 0, estimate.Error);
        Assert.Equal(2, estimate.Json.GetProperty("passages").GetProperty("high").GetInt32());
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains(
            run.Json.GetProperty("notes").EnumerateArray(),
            n => n.GetString()!.StartsWith("2 vectors of ollama/some-model with 2 components not used", StringComparison.Ordinal)
        );
        Assert.Equal(2, run.Json.GetProperty("chunks").GetInt32());
        Assert.Equal(0, again.Json.GetProperty("documents").GetProperty("added").GetInt32());
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("names no embedding model", wrong.Error, StringComparison.Ordinal);
    }
}
