using Aspire.Hosting;
using RagPy.Hosting.Publishing.Compose;
using RagPy.Hosting.Publishing.Kubernetes;
using RagPy.Hosting.Publishing.Manifest;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Publishing;

/// <summary>Makes files of the model. The same model gives the same bytes.</summary>
internal sealed class Publisher(AppDefinition app, string appHostDirectory, TextWriter output)
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    /// <summary>Writes what is asked for; other files in the folder stay.</summary>
    /// <exception cref="DistributedApplicationException">The model cannot be published, or the files cannot be written.</exception>
    public async Task PublishAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        foreach (var target in request.Targets)
        {
            var (folder, fileName) = Place(target, request);
            foreach (var file in await MakeAsync(target, folder, cancellationToken))
            {
                var path = Path.Combine(folder, fileName ?? file.Path);
                Write(path, file);
                await output.WriteLineAsync(path);
            }
        }
    }

    /// <summary>The files of a target.</summary>
    /// <param name="folder">Folder they are meant for: manifests name project files relative to it.</param>
    public async Task<IReadOnlyList<PublishedFile>> MakeAsync(PublishTarget target, string folder, CancellationToken cancellationToken)
    {
        var execution = new DistributedApplicationExecutionContext(
            DistributedApplicationOperation.Publish,
            target.ToString().ToLowerInvariant()
        );
        var plan = await PublishPlan.MakeAsync(app.Model, execution, cancellationToken);
        if (target == PublishTarget.Manifest)
        {
            return [new PublishedFile(ManifestDocument.FileName, ManifestDocument.Write(plan, folder))];
        }

        var services = await PublishedServices.FromAsync(plan, app.Name, cancellationToken);

        return target == PublishTarget.Compose ? ComposeFiles.Make(services) : KubernetesFiles.Make(services);
    }

    /// <summary>The repository's own places are those that its tests compare.</summary>
    public static string DefaultFolder(PublishTarget target, string appHostDirectory)
    {
        var root = Path.GetFullPath("..", appHostDirectory);

        return target == PublishTarget.Manifest ? root : Path.Combine(root, "deploy", target.ToString().ToLowerInvariant());
    }

    private (string Folder, string? FileName) Place(PublishTarget target, PublishRequest request)
    {
        if (request.Output is null)
        {
            return (DefaultFolder(target, appHostDirectory), null);
        }

        var path = Path.GetFullPath(request.Output);
        if (target == PublishTarget.Manifest && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        }

        return (request.Targets.Count == 1 ? path : Path.Combine(path, target.ToString().ToLowerInvariant()), null);
    }

    private static void Write(string path, PublishedFile file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.Content);
            if (file.IsExecutable && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, Executable);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"{path} cannot be written: {e.Message}", e);
        }
    }
}
