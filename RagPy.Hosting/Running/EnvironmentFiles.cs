using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Running;

/// <summary>
/// Writes what each project is given into a file, so that a developer can start another process of it by hand, under a debugger, against what runs.
/// </summary>
internal static class EnvironmentFiles
{
    private const string DebuggedInstance = "debug";

    /// <summary>Writes <c>{project}.env</c> for each project: lines of <c>NAME="value"</c>.</summary>
    public static async Task WriteAsync(AppDefinition app, RunFactory factory, CancellationToken cancellationToken)
    {
        foreach (var project in app.Model.Resources.OfType<ProjectResource>())
        {
            var environment = await factory.OwnEnvironmentAsync(project, DebuggedInstance, cancellationToken);

            // Where it listens is its own affair: the port is another one for each process.
            environment.Remove("ASPNETCORE_URLS");
            var lines = environment.Select(variable => $"{variable.Key}=\"{Escape(variable.Value)}\"\n");
            PrivateFile.Write(app.Folder.EnvironmentFile(project.Name), Encoding.UTF8.GetBytes(string.Concat(lines)));
        }
    }

    private static string Escape(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
