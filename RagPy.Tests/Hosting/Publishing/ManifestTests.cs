using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The manifest can be read by those that deploy from it.</summary>
public sealed partial class ManifestTests
{
    private static readonly JsonElement s_resources = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(Repository.Root, "aspire-manifest.json")))
        .RootElement.GetProperty("resources");

    [Fact]
    public void It_is_valid_by_Aspires_schema()
    {
        var path = Path.Combine(SharedFolder.Path, "reference", "aspire-manifest", "aspire-8.0.schema.json");
        Assert.SkipUnless(File.Exists(path), "The schema of the manifest is not here.");
        var schema = JsonSchema.FromText(File.ReadAllText(path));
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "aspire-manifest.json")));

        var result = schema.Evaluate(manifest.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });

        Assert.True(
            result.IsValid,
            string.Join(
                '\n',
                (result.Details ?? [])
                    .Where(one => one.Errors is not null)
                    .Select(one => $"{one.InstanceLocation}: {string.Join(", ", one.Errors!)}")
            )
        );
    }

    /// <summary>
    /// What azd and aspirate do: they take every resource by its type, every project by its path, ask for every input, and replace every expression by what it names.
    /// </summary>
    [Fact]
    public void Every_expression_names_something_that_the_manifest_has()
    {
        foreach (var resource in s_resources.EnumerateObject())
        {
            foreach (var text in Texts(resource.Value))
            {
                Assert.All(Expression().Matches(text), match => AssertResolves(match.Groups[1].Value, resource.Name));
            }
        }
    }

    [Fact]
    public void Every_project_is_where_its_path_says()
    {
        var projects = s_resources.EnumerateObject().Where(resource => TypeOf(resource.Value) == "project.v0").ToArray();

        Assert.Equal(["migration", "api", "ingestion", "gateway"], projects.Select(project => project.Name));
        Assert.All(
            projects,
            project => Assert.True(File.Exists(Path.Combine(Repository.Root, project.Value.GetProperty("path").GetString()!)))
        );
    }

    [Fact]
    public void Only_the_gateway_can_be_reached_from_outside()
    {
        var external = s_resources
            .EnumerateObject()
            .Where(resource =>
                resource.Value.TryGetProperty("bindings", out var bindings)
                && bindings.EnumerateObject().Any(binding => binding.Value.TryGetProperty("external", out var value) && value.GetBoolean())
            )
            .Select(resource => resource.Name);

        Assert.Equal(["gateway"], external);
    }

    [Fact]
    public void Every_input_is_a_secret_that_is_asked_for_or_made()
    {
        var inputs = s_resources.EnumerateObject().Where(resource => TypeOf(resource.Value) == "parameter.v0").ToArray();

        Assert.NotEmpty(inputs);
        Assert.All(
            inputs,
            input =>
            {
                Assert.Equal($"{{{input.Name}.inputs.value}}", input.Value.GetProperty("value").GetString());
                Assert.True(input.Value.GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean());
            }
        );
    }

    private static void AssertResolves(string expression, string user)
    {
        var path = expression.Split('.');
        Assert.True(s_resources.TryGetProperty(path[0], out var resource), $"'{user}' names '{path[0]}', which is not there.");
        switch (path[1..])
        {
            case ["connectionString"]:
                Assert.True(resource.TryGetProperty("connectionString", out _), expression);
                break;
            case ["value"]:
                Assert.True(resource.TryGetProperty("value", out _), expression);
                break;
            case ["inputs", var input]:
                Assert.True(resource.GetProperty("inputs").TryGetProperty(input, out _), expression);
                break;
            case ["bindings", var binding, "url" or "host" or "port" or "scheme" or "targetPort"]:
                Assert.True(resource.GetProperty("bindings").TryGetProperty(binding, out _), expression);
                break;
            default:
                Assert.Fail($"'{user}' has the expression {{{expression}}}, which no tool knows.");
                break;
        }
    }

    private static string? TypeOf(JsonElement resource) => resource.GetProperty("type").GetString();

    private static IEnumerable<string> Texts(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => [element.GetString()!],
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Texts(property.Value)),
            _ => [],
        };

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Expression();
}
