using Xunit;

namespace RagPy.Tests.CommandLine;

/// <summary><c>ragpy run --ocr ENGINE --ocr-pages PAGES</c>.</summary>
public sealed class OcrOptionTests(PostgresFixture postgres)
{
    private static readonly string s_sample = Path.Combine(Repository.Root, "samples", "library");

    [Fact]
    public async Task The_choice_is_kept_with_the_project()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var run = await ragpy.RunAsync("run", s_sample, "--ocr", "none", "--ocr-pages", "need", "--json");

        Assert.True(run.ExitCode == 3, run.Error);
        await using var context = database.NewContext();
        var project = Assert.Single(context.Projects);
        Assert.Equal(("none", "need"), (project.Recognition, project.RecognitionPages));
    }

    [Theory]
    [InlineData("cupboard", "need", "tesseract")]
    [InlineData("mistral", "need", "MISTRAL_API_KEY")]
    [InlineData("none", "some", "all")]
    public async Task A_choice_that_cannot_be_made_is_one_sentence_and_no_project(string engine, string pages, string expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var run = await ragpy.RunAsync("run", s_sample, "--ocr", engine, "--ocr-pages", pages);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        await using var context = database.NewContext();
        Assert.Empty(context.Projects);
    }
}
