using RagPy.Tests.Simulators;
using Xunit;

namespace RagPy.Tests.CommandLine;

/// <summary><c>ragpy run --cleanup MODEL</c>.</summary>
public sealed class CleanUpOptionTests(PostgresFixture postgres)
{
    private static readonly string s_sample = Path.Combine(Repository.Root, "samples", "library");

    [Fact]
    public async Task Passages_are_cleaned_by_the_model_that_the_option_names()
    {
        await using var simulator = new OpenAISimulator();
        simulator.Chat.Reply = request => new SimulatedReply(SimulatedChat.PassageIn(request));
        await simulator.StartAsync();
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        ragpy.Environment["OPENAI_API_KEY"] = OpenAISimulator.Key;
        ragpy.Environment["OPENAI_BASE_URL"] = $"{simulator.Address}v1";

        var run = await ragpy.RunAsync("run", s_sample, "--cleanup", "openai/gpt-4o-mini", "--json");

        // One of the sample's files is damaged.
        Assert.True(run.ExitCode == 3, run.Error);
        Assert.NotEmpty(simulator.Chat.Requests);
        await using var context = database.NewContext();
        Assert.Equal("openai/gpt-4o-mini", context.Projects.Single().CleanUp);
        Assert.Equal(simulator.Chat.Requests.Count, context.Chunks.Count(c => c.CleanOutcome == Core.CleanUp.CleanUpOutcome.Unchanged));
    }

    [Fact]
    public async Task A_model_that_cannot_be_used_is_one_sentence_and_no_project()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var run = await ragpy.RunAsync("run", s_sample, "--cleanup", "openai/gpt-4o-mini");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("OPENAI_API_KEY", run.Error, StringComparison.Ordinal);
        await using var context = database.NewContext();
        Assert.Empty(context.Projects);
    }
}
