using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>
/// Writes what each project is given into a file, so that a developer can start another process of it by hand, under a debugger, against what runs.
/// </summary>
internal static class EnvironmentFiles
{
    private const string DebuggedInstance = "debug";

    /// <summary>Writes <c>{project}.json</c> for each project, a file of configuration.</summary>
    public static async Task WriteAsync(AppDefinition app, RunFactory factory, CancellationToken cancellationToken)
    {
        foreach (var project in app.Model.Resources.OfType<ProjectResource>())
        {
            var environment = await factory.OwnEnvironmentAsync(project, DebuggedInstance, cancellationToken);

            // Where it listens is its own affair: the port is another one for each process.
            environment.Remove("ASPNETCORE_URLS");
            var content = environment.ToDictionary(
                variable => variable.Key.Replace("__", ":", StringComparison.Ordinal),
                variable => variable.Value
            );
            PrivateFile.Write(app.Folder.EnvironmentFile(project.Name), JsonSerializer.SerializeToUtf8Bytes(content));
        }
    }

    /// <summary>Removes them: what they describe has ended.</summary>
    public static void Remove(AppDefinition app)
    {
        foreach (var project in app.Model.Resources.OfType<ProjectResource>())
        {
            File.Delete(app.Folder.EnvironmentFile(project.Name));
        }
    }
}
