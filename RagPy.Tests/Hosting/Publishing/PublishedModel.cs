using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using RagPy.Hosting.Publishing;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>A small model, and what each publisher makes of it.</summary>
internal sealed class PublishedModel : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ragpy-tests-");
    private DistributedApplication? _app;

    public PublishedModel(DistributedApplicationOperation operation = DistributedApplicationOperation.Publish) =>
        Builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions
            {
                Args = operation == DistributedApplicationOperation.Publish ? ["publish", "--target", "manifest"] : [],
                ProjectDirectory = _root.FullName,
            }
        );

    public IDistributedApplicationBuilder Builder { get; }

    /// <summary>A project that is there.</summary>
    public string Project(string name)
    {
        var path = Path.Combine(_root.FullName, "oracle", "apphost", name, $"{name}.csproj");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "<Project />");

        return path;
    }

    /// <summary>The text of a published file.</summary>
    public async Task<string> PublishAsync(PublishTarget target, string file)
    {
        _app ??= Builder.Build();
        var folder = Path.Combine(_root.FullName, "a", "b");
        var files = await _app.Services.GetRequiredService<Publisher>().MakeAsync(target, folder, TestContext.Current.CancellationToken);

        return files.Single(one => one.Path == file).Content;
    }

    public Task<string> ManifestAsync() => PublishAsync(PublishTarget.Manifest, "aspire-manifest.json");

    public Task<string> ComposeAsync() => PublishAsync(PublishTarget.Compose, "compose.yaml");

    public Task<string> KubernetesAsync(string service) => PublishAsync(PublishTarget.Kubernetes, $"base/{service}.yaml");

    public void Dispose()
    {
        _app?.Dispose();
        _root.Delete(recursive: true);
    }
}
