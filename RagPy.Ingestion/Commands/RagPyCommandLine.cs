using System.CommandLine;
using System.Data.Common;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Search;
using RagPy.Core.Search.Evaluation;
using RagPy.Core.Sources;
using RagPy.LocalServices;

namespace RagPy.Ingestion.Commands;

/// <summary>The verbs of <c>ragpy</c>. Without a verb the process is an ingestion worker.</summary>
internal static class RagPyCommandLine
{
    /// <summary>Parses and runs one command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("RagPy: a Zotero library in, cited passages out. Without a command it is an ingestion worker.")
        {
            RunCommand.Create(),
            EstimateCommand.Create(),
            SearchCommand.Create(),
            ExtractCommand.Create(),
            EvalCommand.Create(),
            ExportCommand.Create(),
            StatusCommand.Create(),
            DeleteCommand.Create(),
            DoctorCommand.Create(),
            MigrateDatabaseCommand.Create(),
            BlobsCommand.Create(),
        };
        root.SetAction((_, cancellationToken) => WorkerCommand.RunAsync(cancellationToken));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync(
                $"See: {(parsed.CommandResult.Command == root ? "ragpy" : $"ragpy {parsed.CommandResult.Command.Name}")} --help"
            );

            return ExitCode.Usage;
        }

        // A worker needs the time to hand its leases back; afterwards the process ends whatever still runs.
        return await InvokeAsync(
            parsed,
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) }
        );
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, InvocationConfiguration invocation)
    {
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. Run the same command again to go on where it was.");

            return ExitCode.CouldNotRun;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Describe(e));

            return e is CommandException command ? command.ExitCode : ExitCode.CouldNotRun;
        }
    }

    /// <summary>What the person at the terminal reads: one sentence where the cause is known, everything that a report of a fault needs where not.</summary>
    private static string Describe(Exception exception) =>
        exception switch
        {
            CommandException
            or SourceException
            or LocalServicesException
            or ExtractorUnavailableException
            or EvaluationException
            or NotFoundException
            or AccessDeniedException
            or ProjectNotFoundException
            or TransientFailureException => exception.Message,
            IOException or UnauthorizedAccessException => $"A file cannot be read or written: {exception.Message}",
            DbException => $"The database failed: {exception.Message}",
            _ => $"This is a fault of RagPy, please report it with the lines below.\n{exception}",
        };
}
