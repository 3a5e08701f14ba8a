using System.CommandLine;
using System.CommandLine.Parsing;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Ingestion.Commands;

/// <summary><c>delete</c>: a project, a session or a document, with everything that belongs to it.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var project = new Option<string>("--project")
        {
            Description = "The project.",
            Required = true,
            HelpName = "NAME",
        };
        CommonOptions.RequireProjectName(project);
        var session = CommonOptions.Session("Only this session of it (see 'status').");
        var document = new Option<Guid?>("--document")
        {
            Description = "Only this document of it (see 'search --json').",
            HelpName = "ID",
            CustomParser = ParseDocument,
        };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new Command("delete", "Delete a project, one of its sessions, or one document.") { project, session, document, yes };
        command.Validators.Add(result =>
        {
            if (result.GetResult(session) is not null && result.GetResult(document) is not null)
                result.AddError("Give --session or --document, not both.");
            if (!result.GetValue(yes) && Console.IsInputRedirected)
                result.AddError("Nobody can be asked here: add --yes to delete.");
        });
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(project)!,
                    parsed.GetValue(session),
                    parsed.GetValue(document),
                    parsed.GetValue(yes),
                    cancellationToken
                )
        );

        return command;
    }

    private static async Task<int> RunAsync(
        string projectName,
        long? session,
        Guid? document,
        bool yes,
        CancellationToken cancellationToken
    )
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        var project = await host.RequireProjectAsync(projectName, cancellationToken);
        var what =
            session is not null ? $"session {session} of project '{projectName}'"
            : document is not null ? $"document {document} of project '{projectName}'"
            : $"project '{projectName}' with everything in it";
        if (!yes && !Confirm(what))
            throw new CommandException("Nothing was deleted.");

        if (session is { } sessionId)
        {
            var found = await host.Get<ProjectAccess>().RequireSessionAsync(host.Owner.Id, sessionId, ProjectRole.Owner, cancellationToken);
            if (found.ProjectId != project.Id)
                throw new CommandException($"Project '{projectName}' has no session {sessionId}.");
            await host.Get<DeletionService>().DeleteSessionAsync(project.Id, sessionId, cancellationToken);
        }
        else if (document is { } documentId)
        {
            await host.Get<DeletionService>().DeleteDocumentAsync(project.Id, documentId, cancellationToken);
        }
        else
        {
            await host.Get<ProjectService>().DeleteAsync(host.Owner.Id, project.Id, cancellationToken);
        }

        Console.Out.WriteLine($"Deleted {what}.");

        return ExitCode.Success;
    }

    private static Guid? ParseDocument(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Guid.TryParse(text, out var id))
            return id;
        result.AddError($"--document takes the id that 'ragpy search --json' gives, not '{text}'.");

        return null;
    }

    private static bool Confirm(string what)
    {
        Console.Error.Write($"Delete {what}? [y/N] ");

        return Console.In.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes" or "o" or "oui";
    }
}
