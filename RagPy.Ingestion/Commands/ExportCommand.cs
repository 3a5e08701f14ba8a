using System.CommandLine;
using RagPy.Core.Exports;
using RagPy.Core.Pipeline;

namespace RagPy.Ingestion.Commands;

/// <summary><c>export</c>: the original's four files of a session.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var output = OutputFolder.Option("Folder to write to; made where it is missing.");
        output.Required = true;
        var project = CommonOptions.Project();
        var session = CommonOptions.Session("The session (see 'status'); not needed when there is one.");
        var command = new Command("export", "Write the original's four files of a session.") { output, project, session };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(output)!, parsed.GetValue(project)!, parsed.GetValue(session), cancellationToken)
        );

        return command;
    }

    private static async Task<int> RunAsync(string output, string projectName, long? sessionId, CancellationToken cancellationToken)
    {
        OutputFolder.Require(output);
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        var project = await host.RequireProjectAsync(projectName, cancellationToken);
        var sessions = await host.Get<TaskService>().ListSessionsAsync(host.Owner.Id, project.Id, cancellationToken);
        var chosen = sessionId is null ? sessions : [.. sessions.Where(session => session.Id == sessionId)];
        if (chosen.Count != 1)
        {
            throw new CommandException(
                chosen.Count == 0
                    ? $"Project '{projectName}' has no such session; 'ragpy status --project {projectName}' lists them."
                    : $"Project '{projectName}' has {chosen.Count} sessions: add --session with one of {string.Join(", ", chosen.Select(session => session.Id))}.",
                chosen.Count == 0 ? Ingestion.ExitCode.CouldNotRun : Ingestion.ExitCode.Usage
            );
        }

        await host.Get<OriginalExport>().WriteAllAsync(output, chosen[0].Id, cancellationToken);
        foreach (var file in ExportFiles.All)
            Console.Out.WriteLine($"Wrote {Path.Combine(output, file.FileName())}");

        return ExitCode.Success;
    }
}
