using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using RagPy.Core.Settings;
using Xunit;

namespace RagPy.Tests.Settings;

public sealed class SettingsTests
{
    [Fact]
    public void Nothing_set_gives_the_defaults_of_the_load_plan()
    {
        var (settings, warnings) = Bind([], cores: 64);

        Assert.Empty(warnings);
        Assert.Equal(new RagPySettings(), settings);
        Assert.Equal((8, 6, 4), (settings.DefaultMaxWorkers, settings.DefaultDocWorkers, settings.PdfExtractionWorkers));
        Assert.Equal((5, 32), (settings.DefaultBatchSizeGpt, settings.DefaultEmbeddingBatchSize));
        Assert.Equal((100, 100, 100), (settings.PineconeBatchSize, settings.WeaviateBatchSize, settings.QdrantBatchSize));
        Assert.Equal((50, 24, 3), (settings.MaxActiveSessions, settings.SessionTtlHours, settings.MistralConcurrentCalls));
        Assert.Equal((4, 120, 100), (settings.UvicornWorkers, settings.UvicornTimeoutKeepAliveSeconds, settings.UvicornLimitConcurrency));
    }

    [Fact]
    public void Work_for_the_processor_is_capped_by_cores()
    {
        var (settings, warnings) = Bind([("DEFAULT_MAX_WORKERS", "16"), ("QDRANT_BATCH_SIZE", "16")], cores: 2);

        Assert.Empty(warnings);
        Assert.Equal((2, 2, 2), (settings.DefaultMaxWorkers, settings.DefaultDocWorkers, settings.PdfExtractionWorkers));
        Assert.Equal(16, settings.QdrantBatchSize);
        Assert.Equal(2, Bind([("DEFAULT_MAX_WORKERS", "2")], cores: 8).Settings.ChunkingWorkers);
    }

    [Theory]
    [InlineData("DEFAULT_MAX_WORKERS", "abc")]
    [InlineData("DEFAULT_MAX_WORKERS", "0")]
    [InlineData("DEFAULT_MAX_WORKERS", "257")]
    [InlineData("DEFAULT_MAX_WORKERS", "-1")]
    [InlineData("DEFAULT_MAX_WORKERS", "1.5")]
    [InlineData("DEFAULT_MAX_WORKERS", "99999999999999999999")]
    [InlineData("CLEANUP_ENABLED", "perhaps")]
    [InlineData("RAGPY_INDEX_MEMORY", "1K")]
    [InlineData("RAGPY_INDEX_MEMORY", "-5G")]
    [InlineData("RAGPY_INDEX_MEMORY", "99999999999T")]
    [InlineData("RAGPY_INDEX_MEMORY", "5 apples")]
    [InlineData("OPENAI_OCR_RENDER_SCALE", "NaN")]
    [InlineData("MISTRAL_API_BASE_URL", "api.mistral.ai")]
    [InlineData("MISTRAL_API_BASE_URL", "file:///key")]
    public void A_value_that_cannot_be_used_falls_back_with_one_warning_that_names_variable_value_and_range(string name, string value)
    {
        var (settings, warnings) = Bind([(name, value)], cores: 64);

        Assert.Equal(new RagPySettings(), settings);
        var warning = Assert.Single(warnings);
        var definition = Assert.Single(SettingDefinition.All, definition => definition.Name == name);
        Assert.Equal(
            $"{name} is \"{value}\"; expected {definition.Expected}; using the default {definition.DefaultText}.",
            warning.Message
        );
    }

    [Fact]
    public void No_text_stops_the_binding_and_each_bad_variable_warns_once() =>
        Gen.Select(Gen.OneOfConst([.. SettingDefinition.All]), Gen.String)
            .Sample(
                (definition, text) =>
                {
                    var (_, warnings) = Bind([(definition.Name, text)]);
                    Assert.InRange(warnings.Count, 0, 1);
                    Assert.All(warnings, warning => Assert.Equal(definition.Name, warning.Name));
                },
                iter: 2_000
            );

    [Theory]
    [InlineData("512M", 512L << 20)]
    [InlineData("2g", 2L << 30)]
    [InlineData("1 GiB", 1L << 30)]
    [InlineData("64MB", 64L << 20)]
    [InlineData("33554432", 32L << 20)]
    public void Sizes_take_suffixes(string text, long bytes)
    {
        var (settings, warnings) = Bind([("RAGPY_INDEX_MEMORY", text)]);

        Assert.Empty(warnings);
        Assert.Equal(bytes, settings.IndexMemoryBytes);
    }

    [Fact]
    public void Blank_values_count_as_not_set()
    {
        var (settings, warnings) = Bind([("DEFAULT_MAX_WORKERS", " "), ("OPENAI_API_KEY", ""), ("APP_URL", "")], cores: 64);

        Assert.Empty(warnings);
        Assert.Equal(new RagPySettings(), settings);
    }

    [Fact]
    public void Secrets_come_from_files_too_and_the_variable_itself_wins()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "from-file\n");

            Assert.Equal("from-file", Bind([("OPENAI_API_KEY_FILE", path)]).Settings.OpenAIApiKey);
            Assert.Equal("direct", Bind([("OPENAI_API_KEY_FILE", path), ("OPENAI_API_KEY", "direct")]).Settings.OpenAIApiKey);
            Assert.Equal("gpt-4o-mini", Bind([("OPENROUTER_DEFAULT_MODEL_FILE", path)]).Settings.OpenRouterDefaultModel);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_secret_file_that_cannot_be_read_is_a_warning()
    {
        var (settings, warnings) = Bind([("OPENAI_API_KEY_FILE", "/nowhere/key")]);

        Assert.Null(settings.OpenAIApiKey);
        Assert.Contains("OPENAI_API_KEY_FILE is \"/nowhere/key\"", Assert.Single(warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_do_not_print_secrets() =>
        Assert.DoesNotContain("sk-secret", Bind([("OPENAI_API_KEY", "sk-secret")]).Settings.ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_dot_env_file_is_read_as_dotenv_writes_it() =>
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["PLAIN"] = "value",
                ["SPACED"] = "a b",
                ["COMMENTED"] = "8",
                ["HASH"] = "a#b",
                ["SINGLE"] = @"a\n # b",
                ["DOUBLE"] = "a\n\"b\" # c",
                ["EMPTY"] = "",
                ["EXPORTED"] = "x=y",
                ["TWICE"] = "2",
                ["OPEN"] = "\"open",
            },
            DotEnvFile.Parse([
                "\uFEFF# comment".TrimStart('\uFEFF'),
                "PLAIN=value",
                " SPACED = a b ",
                "COMMENTED=8           # threads",
                "HASH=a#b",
                @"SINGLE='a\n # b' # c",
                """
                DOUBLE="a\n\"b\" # c"
                """,
                "EMPTY=",
                "",
                "not a variable",
                "export EXPORTED=x=y",
                "TWICE=1",
                "TWICE=2",
                "OPEN=\"open",
            ])
        );

    [Fact]
    public void A_host_takes_from_dot_env_what_nothing_else_sets()
    {
        var path = Path.Combine(Environment.CurrentDirectory, ".env");
        Assert.SkipWhen(File.Exists(path), "There is a .env in the current folder, which the test will not touch.");
        File.WriteAllText(path, "QDRANT_BATCH_SIZE=7\nPINECONE_BATCH_SIZE=8\nSection__Key=v\n");
        try
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection([new("QDRANT_BATCH_SIZE", "9")]);
            builder.AddRagPySettings();
            using var host = builder.Build();
            var settings = host.Services.GetRequiredService<RagPySettings>();

            Assert.Equal((9, 8), (settings.QdrantBatchSize, settings.PineconeBatchSize));
            Assert.Equal("v", builder.Configuration["Section:Key"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_dot_env_file_that_cannot_be_read_is_a_warning()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

            Assert.Empty(DotEnvFile.Read(path, out var problem));
            Assert.Contains(path, problem!.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_host_binds_once_from_its_configuration_and_logs_each_warning()
    {
        using var log = new FakeLoggerProvider();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection([new("QDRANT_BATCH_SIZE", "7"), new("SESSION_TTL_HOURS", "soon")]).Build()
        );
        services.AddLogging(builder => builder.AddProvider(log));
        services.AddRagPySettings();
        services.AddRagPySettings();

        using var provider = services.BuildServiceProvider();
        var settings = provider.GetRequiredService<RagPySettings>();

        Assert.Equal((7, 24), (settings.QdrantBatchSize, settings.SessionTtlHours));
        Assert.Same(settings, provider.GetRequiredService<RagPySettings>());
        Assert.Equal(
            ["SESSION_TTL_HOURS is \"soon\"; expected a whole number from 1 to 87600; using the default 24."],
            log.Collector.GetSnapshot().Select(record => record.Message)
        );
    }

    [Fact]
    public void Every_variable_is_declared_once_with_a_usable_default() =>
        Assert.All(
            SettingDefinition.All.GroupBy(definition => definition.Name),
            group =>
            {
                var definition = Assert.Single(group);
                Assert.Matches("^[A-Z][A-Z0-9_]+$", definition.Name);
                Assert.EndsWith(".", definition.Description, StringComparison.Ordinal);
                if (definition.Default is not null)
                    Assert.Empty(Bind([(definition.Name, definition.DefaultText)]).Warnings);
            }
        );

    /// <summary><c>RAGPY_UPDATE_DOCS=1</c> writes the file instead.</summary>
    [Fact]
    public void The_documentation_is_the_one_made_from_the_code()
    {
        var path = Path.Combine(Repository.Root, "docs", "settings.md");
        if (Environment.GetEnvironmentVariable("RAGPY_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, SettingsDocument.Render());
        }

        Assert.Equal(SettingsDocument.Render(), File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static SettingsBinding Bind((string Name, string Value)[] variables, int? cores = null) =>
        SettingsBinder.Bind(
            name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault(),
            cores
        );
}
