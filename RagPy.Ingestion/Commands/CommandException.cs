namespace RagPy.Ingestion.Commands;

/// <summary>Ends a command with one sentence for the person at the terminal.</summary>
internal sealed class CommandException(string message, int exitCode = Ingestion.ExitCode.CouldNotRun) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
