using System.Diagnostics;
using Xunit;
using YamlDotNet.Serialization;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The Compose files are valid, and say of every service what an operator has to be sure of.</summary>
public sealed class ComposeTests : IDisposable
{
    private static readonly string s_place = Path.Combine(Repository.Root, PublishedTopology.Places["compose"]);
    private readonly string _folder = PublishedTopology.CreateFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("stack.yaml")]
    public async Task Docker_compose_takes_the_file_as_it_is_prepared(string file)
    {
        Assert.SkipUnless(Tools.Has("docker-compose"), "docker-compose is not installed.");
        await PrepareAsync();

        var (exitCode, output) = await PublishedTopology.RunAsync(
            new ProcessStartInfo("docker-compose", ["--file", file, "config"]) { WorkingDirectory = _folder },
            input: null
        );

        Assert.True(exitCode == 0, output);
        Assert.Contains("replicas: 3", output, StringComparison.Ordinal);
        Assert.Contains("image: ragpy/api:0.1.0", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preparing_makes_secrets_once_and_takes_those_that_are_given()
    {
        await PrepareAsync();
        var made = File.ReadAllText(Secret("redis-password"));
        File.AppendAllText(Path.Combine(_folder, ".env"), "POSTGRES_PASSWORD=chosen-by-a-person\n");

        await PrepareAsync();

        Assert.Equal(48, made.Length);
        Assert.Equal(made, File.ReadAllText(Secret("redis-password")));
        Assert.Equal("chosen-by-a-person", File.ReadAllText(Secret("postgres-password")));
        Assert.Equal("", File.ReadAllText(Secret("openai-api-key")));
        Assert.Contains("BEGIN CERTIFICATE", File.ReadAllText(Secret(Path.Combine("tls", "tls.crt"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("stack.yaml")]
    public void Every_service_is_limited_checked_and_without_privileges(string file)
    {
        var document = Read(file);
        foreach (var (name, service) in Map(document["services"]))
        {
            var says = Map(service);
            Assert.True(
                says.ContainsKey("user") && !((string)says["user"]).StartsWith("0", StringComparison.Ordinal),
                $"{name} has no user."
            );
            Assert.Equal("true", says["read_only"]);
            Assert.Equal(["ALL"], (List<object>)says["cap_drop"]);
            Assert.Equal(["no-new-privileges:true"], (List<object>)says["security_opt"]);
            Assert.NotEmpty((List<object>)says["tmpfs"]);
            var resources = Map(Map(says["deploy"])["resources"]);
            Assert.All(["limits", "reservations"], kind => Assert.Equal(["cpus", "memory"], Map(resources[kind]).Keys));
            Assert.Equal("10m", Map(Map(says["logging"])["options"])["max-size"]);
            Assert.True(name == "migration" || says.ContainsKey("healthcheck"), $"{name} is not checked.");
        }
    }

    [Fact]
    public void Dependencies_have_conditions_and_restarts_a_rule()
    {
        var services = Map(Read("compose.yaml")["services"]);
        var api = Map(services["api"]);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["postgres"] = "service_healthy",
                ["redis"] = "service_healthy",
                ["qdrant"] = "service_healthy",
                ["migration"] = "service_completed_successfully",
            },
            Map(api["depends_on"]).ToDictionary(pair => pair.Key, pair => (string)Map(pair.Value)["condition"])
        );
        Assert.Equal("on-failure", Map(services["migration"])["restart"]);
        Assert.All(services.Where(pair => pair.Key != "migration"), pair => Assert.Equal("unless-stopped", Map(pair.Value)["restart"]));
        Assert.All(Map(Read("stack.yaml")["services"]), pair => Assert.DoesNotContain("depends_on", Map(pair.Value).Keys));
    }

    [Fact]
    public void Secrets_come_as_files_and_every_one_of_them_is_declared()
    {
        var document = Read("compose.yaml");
        var declared = Map(document["secrets"]).Keys.ToHashSet();
        foreach (var (name, service) in Map(document["services"]))
        {
            var says = Map(service);
            var used = says.TryGetValue("secrets", out var list) ? ((List<object>)list).Cast<string>().ToHashSet() : [];
            Assert.Subset(declared, used);
            if (!says.TryGetValue("environment", out var environment))
            {
                continue;
            }

            foreach (var (variable, value) in Map(environment).Where(pair => IsSecret(pair.Key)))
            {
                Assert.True(variable.EndsWith("_FILE", StringComparison.Ordinal), $"{name} has {variable} in its environment.");
                Assert.Contains(Path.GetFileName((string)value), used);
            }
        }
    }

    [Fact]
    public void Only_the_gateway_has_ports_and_data_has_no_way_out()
    {
        var document = Read("compose.yaml");
        var services = Map(document["services"]);

        Assert.Equal(["gateway"], services.Where(pair => Map(pair.Value).ContainsKey("ports")).Select(pair => pair.Key));
        Assert.Equal(
            ["${HTTP_PORT:-80}:8080", "${APP_PORT:-8000}:8080", "${HTTPS_PORT:-443}:8443"],
            (List<object>)Map(services["gateway"])["ports"]
        );
        Assert.Equal("true", Map(Map(document["networks"])["data"])["internal"]);
        Assert.All(["postgres", "redis", "qdrant"], name => Assert.Equal(["data"], (List<object>)Map(services[name])["networks"]));
    }

    [Fact]
    public void The_example_of_env_has_every_variable_of_the_files()
    {
        var example = File.ReadAllLines(Path.Combine(s_place, ".env.example")).Select(line => line.Split('=')[0]).ToHashSet();
        var text = File.ReadAllText(Path.Combine(s_place, "compose.yaml"));
        var used = System
            .Text.RegularExpressions.Regex.Matches(text, @"(?<!\$)\$\{([A-Z_]+)")
            .Select(match => match.Groups[1].Value)
            .ToHashSet();

        Assert.Subset(example, used);
        Assert.Contains("POSTGRES_PASSWORD", example);
        Assert.Contains("RAGPY_ACCESS_TOKEN", example);
    }

    private static bool IsSecret(string variable) =>
        (
            variable.Contains("PASSWORD", StringComparison.Ordinal)
            || variable.Contains("_KEY", StringComparison.Ordinal)
            || variable.Contains("TOKEN", StringComparison.Ordinal)
        )
        && variable != "RAGPY_TLS_KEY";

    private static Dictionary<string, object> Read(string file) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(s_place, file)));

    private static Dictionary<string, object> Map(object value) =>
        ((Dictionary<object, object>)value).ToDictionary(pair => (string)pair.Key, pair => pair.Value);

    private string Secret(string name) => Path.Combine(_folder, "secrets", name);

    private async Task PrepareAsync()
    {
        foreach (var file in new[] { "compose.yaml", "stack.yaml", ".env.example", "prepare.sh" })
        {
            File.Copy(Path.Combine(s_place, file), Path.Combine(_folder, file), overwrite: true);
        }

        var (exitCode, output) = await PublishedTopology.RunAsync(
            new ProcessStartInfo("sh", ["prepare.sh"]) { WorkingDirectory = _folder },
            input: null
        );
        Assert.True(exitCode == 0, output);
    }
}
