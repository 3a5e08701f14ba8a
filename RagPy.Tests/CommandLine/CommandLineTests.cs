using System.Text.Json;
using Xunit;

namespace RagPy.Tests.CommandLine;

public sealed class CommandLineTests(PostgresFixture postgres)
{
    private static readonly string s_sample = Path.Combine(Repository.Root, "samples", "library");

    [Fact]
    public async Task The_sample_comes_in_is_searched_exported_and_deleted()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        var exports = Path.Combine(ragpy.DataDirectory, "out");

        var run = await ragpy.RunAsync("run", s_sample, "--out", exports, "--json");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("completed", run.Json.GetProperty("state").GetString());
        Assert.True(run.Json.GetProperty("embedding").GetProperty("approximate").GetBoolean());
        Assert.Equal(["corrupt"], Codes(run.Json));
        Assert.All(Failures(run.Json), failure => Assert.True(failure.GetProperty("found_by_abstract").GetBoolean()));
        Assert.Equal(
            ["output.csv", "output_chunks.json", "output_chunks_with_embeddings.json", "output_chunks_with_embeddings_sparse.json"],
            Directory.GetFiles(exports).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

        var again = await ragpy.RunAsync("run", s_sample, "--json");
        Assert.Equal(0, again.Json.GetProperty("documents").GetProperty("added").GetInt32());
        Assert.Equal(0, again.Json.GetProperty("documents").GetProperty("changed").GetInt32());
        Assert.Equal(run.Json.GetProperty("chunks").GetInt64(), again.Json.GetProperty("chunks").GetInt64());

        var search = await ragpy.RunAsync("search", "stepped lens of a lighthouse", "--top", "1", "--json");
        Assert.Equal(0, search.ExitCode);
        var hit = search.Json.GetProperty("results")[0];
        Assert.StartsWith("The stepped lens", hit.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.InRange(int.Parse(hit.GetProperty("page").GetProperty("label").GetString()!, null), 117, 120);
        AssertMarksLieInPassage(hit);

        var none = await ragpy.RunAsync("search", "stepped lens of a lighthouse", "--year", "1500-1600", "--json");
        Assert.Equal(0, none.Json.GetProperty("results").GetArrayLength());

        Assert.Equal(0, (await ragpy.RunAsync("delete", "--project", "library", "--yes")).ExitCode);
        var status = await ragpy.RunAsync("status", "--json");
        Assert.Equal(0, status.Json.GetProperty("projects").GetArrayLength());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(ragpy.DataDirectory, "blobs"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(ragpy.DataDirectory, "index"), "*.seg", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_schema_is_brought_up_to_date_with_a_password_from_a_file_and_again_without_harm()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString);
        var file = Path.Combine(ragpy.DataDirectory, "password");
        await File.WriteAllTextAsync(file, $"{connection.Password}\n", TestContext.Current.CancellationToken);
        connection.Password = null;
        ragpy.Environment["ConnectionStrings__ragpy"] = $"{connection.ConnectionString};Password={{file:{file}}}";

        var first = await ragpy.RunAsync("migrate-database");
        var second = await ragpy.RunAsync("migrate-database");

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal((0, first.Output), (second.ExitCode, second.Output));
        Assert.StartsWith("The database is up to date.", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_projects_never_see_each_other()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        await ragpy.RunAsync("run", s_sample, "--project", "full");
        var empty = Directory.CreateDirectory(Path.Combine(ragpy.DataDirectory, "one")).FullName;
        File.Copy(
            Directory.EnumerateFiles(s_sample, "*.pdf", SearchOption.AllDirectories).First(file => new FileInfo(file).Length > 20_000),
            Path.Combine(empty, "one.pdf")
        );
        await ragpy.RunAsync("run", empty, "--project", "one");

        var search = await ragpy.RunAsync("search", "lens marées bread archives", "--project", "one", "--top", "100", "--json");

        Assert.All(
            search.Json.GetProperty("results").EnumerateArray(),
            hit => Assert.EndsWith("one.pdf", hit.GetProperty("file").GetString(), StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("search")]
    [InlineData("search", "  ")]
    [InlineData("search", "words", "--top", "0")]
    [InlineData("search", "words", "--year", "2021-2018")]
    [InlineData("search", "words", "--mode", "psychic")]
    [InlineData("delete", "--project", "library")]
    [InlineData("delete")]
    [InlineData("run", "")]
    [InlineData("run", ".", "--project", " ")]
    [InlineData("run", ".", "--out", "")]
    [InlineData("search", "words", "--top", "many")]
    [InlineData("search", "words", "--fusion", "cold")]
    [InlineData("export", "--out", ".", "--session", "first")]
    [InlineData("delete", "--project", "library", "--document", "that")]
    public async Task Wrong_usage_is_told_and_ends_with_two(params string[] arguments)
    {
        using var ragpy = new RagPyProcess("Host=nowhere.invalid");

        var result = await ragpy.RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("RagPy.Core", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told_before_the_work_begins()
    {
        using var ragpy = new RagPyProcess("Host=nowhere.invalid");
        var file = Path.Combine(ragpy.DataDirectory, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var result = await ragpy.RunAsync("run", s_sample, "--out", file);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(file, Assert.Single(result.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_PDF_is_told_by_extract()
    {
        using var ragpy = new RagPyProcess("Host=nowhere.invalid");

        var result = await ragpy.RunAsync("extract", ragpy.DataDirectory, "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("missing_file", result.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_source_that_is_none_is_told_in_one_sentence_and_leaves_nothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var result = await ragpy.RunAsync("run", Path.Combine(ragpy.DataDirectory, "nowhere"));

        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error.Trim().Split('\n'));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_had_is_told_without_a_stack()
    {
        using var ragpy = new RagPyProcess("postgresql://user:hush@127.0.0.1:1/none");

        var result = await ragpy.RunAsync("status");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("DATABASE_URL", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extract_prints_a_line_per_page_and_a_line_per_failed_file()
    {
        using var ragpy = new RagPyProcess("Host=nowhere.invalid");
        var notPdf = Path.Combine(ragpy.DataDirectory, "plain.pdf");
        await File.WriteAllTextAsync(notPdf, "This is not a PDF.", TestContext.Current.CancellationToken);
        var good = Directory
            .EnumerateFiles(s_sample, "*.pdf", SearchOption.AllDirectories)
            .First(file =>
                file.Contains("dioptric", StringComparison.OrdinalIgnoreCase) || file.Contains("lens", StringComparison.OrdinalIgnoreCase)
            );

        var result = await ragpy.RunAsync("extract", notPdf, good, Path.Combine(ragpy.DataDirectory, "absent.pdf"), "--json");

        Assert.Equal(3, result.ExitCode);
        var lines = result.JsonLines;
        Assert.Equal("not_pdf", lines[0].GetProperty("code").GetString());
        Assert.Equal("missing_file", lines[^1].GetProperty("code").GetString());
        var pages = lines.Skip(1).SkipLast(1).ToList();
        Assert.Equal(Enumerable.Range(1, pages.Count), pages.Select(page => page.GetProperty("page").GetInt32()));
        Assert.Equal("117", pages[0].GetProperty("label").GetString());
        Assert.All(pages, page => Assert.Equal(["file", "page", "label", "engine", "text"], page.EnumerateObject().Select(p => p.Name)));
    }

    [Fact]
    public async Task Eval_prints_the_documented_measures_and_leaves_no_project()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var result = await ragpy.RunAsync("eval", Path.Combine(AppContext.BaseDirectory, "Data", "beir"), "--mode", "sparse", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["collection", "mode", "documents", "queries", "ndcg@10", "recall@100", "mrr@10", "index_seconds", "query_ms"],
            result.Json.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(2, result.Json.GetProperty("queries").GetInt32());
        Assert.Equal(1, result.Json.GetProperty("ndcg@10").GetDouble());
        Assert.Equal(0, (await ragpy.RunAsync("status", "--json")).Json.GetProperty("projects").GetArrayLength());
    }

    [Fact]
    public async Task Doctor_finds_everything_that_is_needed()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);

        var result = await ragpy.RunAsync("doctor", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(result.Json.EnumerateArray(), finding => finding.GetProperty("subject").GetString() == "PDF reader");
    }

    [Fact]
    public async Task Doctor_names_the_engines_that_would_be_used_and_no_key()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        ragpy.Environment["RAGPY_EMBEDDER"] = "openai/text-embedding-3-small";
        ragpy.Environment["OPENAI_API_KEY"] = "sk-secret";
        ragpy.Environment["RAGPY_CLEANUP"] = "openai/gpt-4o-mini";
        ragpy.Environment["RAGPY_OCR"] = "mistral";
        ragpy.Environment["MISTRAL_API_KEY"] = "another-secret";

        var result = await ragpy.RunAsync("doctor", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains(
            "openai/text-embedding-3-small, 1536 dimensions: OPENAI_API_KEY is set",
            Finding(result.Json, "embedding"),
            StringComparison.Ordinal
        );
        Assert.Contains("openai/gpt-4o-mini: OPENAI_API_KEY is set", Finding(result.Json, "clean-up"), StringComparison.Ordinal);
        Assert.Contains("embedded", Finding(result.Json, "vector store"), StringComparison.Ordinal);
        Assert.Contains("pages without text go to Mistral OCR", Finding(result.Json, "text recognition"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_what_the_engines_of_new_projects_lack()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var ragpy = new RagPyProcess(database.ConnectionString);
        ragpy.Environment["RAGPY_EMBEDDER"] = "openai/text-embedding-3-small";
        ragpy.Environment["RAGPY_CLEANUP"] = "mistral/mistral-small-latest";
        ragpy.Environment["RAGPY_VECTOR_STORE"] = "qdrant";

        var result = await ragpy.RunAsync("doctor", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("set OPENAI_API_KEY", Finding(result.Json, "embedding"), StringComparison.Ordinal);
        Assert.Contains("set MISTRAL_API_KEY", Finding(result.Json, "clean-up"), StringComparison.Ordinal);
        Assert.Contains("QDRANT_URL", Finding(result.Json, "vector store"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--author")]
    [InlineData("--tag")]
    [InlineData("--collection")]
    [InlineData("--type")]
    [InlineData("--language")]
    public async Task A_filter_without_text_is_refused_in_words(string option)
    {
        using var ragpy = new RagPyProcess("Host=nowhere.invalid");

        var result = await ragpy.RunAsync("search", "lighthouse", option, "");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"{option} is empty", result.Error, StringComparison.Ordinal);
    }

    private static string Finding(JsonElement doctor, string subject) =>
        doctor.EnumerateArray().Single(finding => finding.GetProperty("subject").GetString() == subject).GetProperty("text").GetString()!;

    private static IEnumerable<JsonElement> Failures(JsonElement run) => run.GetProperty("failures").EnumerateArray();

    private static IEnumerable<string?> Codes(JsonElement run) =>
        Failures(run).Select(failure => failure.GetProperty("code").GetString()).Order(StringComparer.Ordinal);

    private static void AssertMarksLieInPassage(JsonElement hit)
    {
        var passage = hit.GetProperty("passage").GetString()!;
        Assert.NotEmpty(hit.GetProperty("highlights").EnumerateArray());
        Assert.All(
            hit.GetProperty("highlights").EnumerateArray(),
            mark => Assert.InRange(mark[1].GetInt32(), mark[0].GetInt32() + 1, passage.Length)
        );
    }
}
