using System.CommandLine;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;

namespace RagPy.Ingestion.Commands;

/// <summary><c>status</c>: projects, their sessions, open work, and why documents failed.</summary>
internal static class StatusCommand
{
    private const int TasksShown = 200;

    public static Command Create()
    {
        var project = new Option<string?>("--project")
        {
            Description = "Only this project, with its sessions and failures.",
            HelpName = "NAME",
        };
        var json = CommonOptions.Json();
        var command = new Command("status", "Show projects, sessions, open work and failures.") { project, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(project), parsed.GetValue(json), cancellationToken));

        return command;
    }

    private static async Task<int> RunAsync(string? projectName, bool json, CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        if (projectName is not null)
            await host.RequireProjectAsync(projectName, cancellationToken);
        var workers = await host.Get<WorkerPresence>().ListAsync(cancellationToken);
        var projects = new List<ProjectStatus>();
        foreach (var project in await host.Get<ProjectService>().ListAsync(host.Owner.Id, cancellationToken))
        {
            if (projectName is null || project.Name == projectName)
                projects.Add(await ReadAsync(host, project, cancellationToken));
        }

        if (json)
            JsonOutput.WriteLine(new Status(workers.Count, projects));
        else
            Print(workers.Count, projects, withFailures: projectName is not null);

        return ExitCode.Success;
    }

    private static async Task<ProjectStatus> ReadAsync(CommandHost host, ProjectSummary project, CancellationToken cancellationToken)
    {
        var tasks = host.Get<TaskService>();
        var newest = (await tasks.ListAsync(host.Owner.Id, project.Id, TasksShown, cancellationToken)).ToLookup(task => task.SessionId);
        var sessions = new List<SessionStatus>();
        foreach (var session in await tasks.ListSessionsAsync(host.Owner.Id, project.Id, cancellationToken))
        {
            var counts = await host.Get<SessionStatistics>().GetAsync(session.Id, cancellationToken);
            var failures = await tasks.ListFailuresAsync(host.Owner.Id, session.Id, cancellationToken);
            var task = newest[session.Id].FirstOrDefault();
            sessions.Add(
                new SessionStatus(
                    session.Id,
                    session.Name,
                    session.SourceKind,
                    session.SourceLocation,
                    task?.State.ToString().ToLowerInvariant(),
                    task?.Error,
                    counts,
                    [.. failures.Select(f => new FailedDocument(f.DocumentId, f.FileName, f.Title, f.Code.ToWire(), f.Reason))]
                )
            );
        }

        return new ProjectStatus(project.Id, project.Name, project.Embedder, project.Store, sessions);
    }

    private static void Print(int workers, List<ProjectStatus> projects, bool withFailures)
    {
        Console.Out.WriteLine(workers == 0 ? "No worker is running." : $"Workers running: {workers}.");
        if (projects.Count == 0)
            Console.Out.WriteLine("No project yet. 'ragpy run SOURCE' makes one.");
        foreach (var project in projects)
        {
            Console.Out.WriteLine($"{project.Name} (embedding {project.Embedding}, store {project.Store})");
            foreach (var session in project.Sessions)
            {
                var counts = session.Counts;
                Console.Out.WriteLine(
                    $"  {session.Id}: {session.Name}, last task {Describe(session.State, workers)}: {counts.Indexed}/{counts.Documents} documents indexed, {counts.Failed} failed, {counts.Pages} pages, {counts.Chunks} passages, {counts.NeedsOcrPages} pages need OCR{(counts.ChunksWithoutVector > 0 ? $", {counts.ChunksWithoutVector} passages without a vector" : "")}"
                );
                if (session.Error is not null)
                    Console.Out.WriteLine($"     {session.Error}");
                foreach (var failure in withFailures ? session.Failures : [])
                    Console.Out.WriteLine($"     {ProgressView.NameOf(failure.File, failure.Title)}: {failure.Code}: {failure.Reason}");
            }
        }
    }

    private static string Describe(string? state, int workers) =>
        state switch
        {
            null => "none",
            "pending" or "running" when workers == 0 => "interrupted ('ragpy run' with the same source goes on)",
            _ => state,
        };

    private sealed record Status(int Workers, IReadOnlyList<ProjectStatus> Projects);

    private sealed record ProjectStatus(long Id, string Name, string Embedding, string Store, IReadOnlyList<SessionStatus> Sessions);

    private sealed record SessionStatus(
        long Id,
        string Name,
        string Kind,
        string Source,
        string? State,
        string? Error,
        SessionCounts Counts,
        IReadOnlyList<FailedDocument> Failures
    );

    private sealed record FailedDocument(Guid Document, string File, string Title, string Code, string Reason);
}
