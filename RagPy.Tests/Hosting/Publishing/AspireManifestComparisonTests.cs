using System.Text.Json;
using Aspire.Hosting;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The topology for which Aspire's own publisher was recorded, published by ours: they differ where a decision says so (ADR 11) and nowhere else.</summary>
public sealed class AspireManifestComparisonTests : IDisposable
{
    private readonly PublishedModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task The_manifest_is_Aspires_but_for_the_differences_that_are_decided()
    {
        var path = Path.Combine(SharedFolder.Path, "reference", "aspire-manifest", "aspire-manifest.json");
        Assert.SkipUnless(File.Exists(path), "Aspire's own manifest is not here.");
        Declare();

        var ours = Values(await _model.ManifestAsync());
        var theirs = Values(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        var different = ours
            .Keys.Union(theirs.Keys)
            .Where(key => ours.GetValueOrDefault(key) != theirs.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "resources.api.env.ConnectionStrings__qdrant",
                "resources.api.env.OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES",
                "resources.api.env.OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES",
                "resources.redis.args[1]",
                "resources.worker.env.ConnectionStrings__qdrant",
                "resources.worker.env.OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES",
                "resources.worker.env.OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES",
            ],
            different
        );
    }

    private void Declare()
    {
        var builder = _model.Builder;
        var postgres = builder.AddPostgres("pg", password: builder.AddParameter("pg-password", secret: true)).WithDataVolume("pgdata");
        var database = postgres.AddDatabase("ragdb");
        var redis = builder.AddRedis("redis").WithVolume("redisdata", "/data");
        var qdrant = builder.AddQdrant("qdrant").WithDataVolume("qdrantdata");
        var api = builder
            .AddProject("api", _model.Project("Api"), launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpsEndpoint()
            .WithExternalHttpEndpoints();
        var worker = builder.AddProject("worker", _model.Project("Worker"), launchProfileName: null);
        foreach (var project in new[] { api, worker })
        {
            project.WithReference(database).WithReference(redis).WithReference(qdrant);
        }

        worker.WithReference(api);
    }

    private static Dictionary<string, string> Values(string json)
    {
        using var document = JsonDocument.Parse(json);
        var values = new Dictionary<string, string>();
        Add(document.RootElement, "", values);

        return values;
    }

    private static void Add(JsonElement element, string path, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Add(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", values);
                }

                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in element.EnumerateArray().Index())
                {
                    Add(item, $"{path}[{index}]", values);
                }

                break;
            default:
                values[path] = element.GetRawText();
                break;
        }
    }
}
