using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.CommandLine;

/// <summary><c>ragpy run --store KIND</c>.</summary>
public sealed class StoreOptionTests(PostgresFixture postgres)
{
    private static readonly string s_sample = Path.Combine(Repository.Root, "samples", "library");

    [Fact]
    public async Task A_new_project_is_kept_where_the_option_says_and_searched_there()
    {
        await using var pinecone = new PineconeSimulator { Key = "simulated" };
        await pinecone.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        ragpy.Environment["PINECONE_API_KEY"] = "simulated";
        ragpy.Environment["PINECONE_BASE_URL"] = pinecone.Address.ToString();
        ragpy.Environment["PINECONE_ENV"] = "aws-eu-west-1";

        var run = await ragpy.RunAsync("run", s_sample, "--store", "pinecone", "--json");

        Assert.True(run.ExitCode == 3, run.Error);
        var points = Assert.Single(pinecone.Indexes).Value.Contents().Values.Single();
        Assert.Equal(run.Json.GetProperty("chunks").GetInt32(), points.Count);
        var search = await ragpy.RunAsync("search", "stepped lens of a lighthouse", "--top", "1", "--json");
        Assert.StartsWith(
            "The stepped lens",
            search.Json.GetProperty("results")[0].GetProperty("title").GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("pinecone", "PINECONE_API_KEY")]
    [InlineData("cupboard", "pinecone, qdrant")]
    public async Task A_store_that_cannot_be_used_is_one_sentence_and_no_project(string store, string expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var run = await ragpy.RunAsync("run", s_sample, "--store", store);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ragpy.RunAsync("status", "--json")).Json.GetProperty("projects").GetArrayLength());
    }
}
