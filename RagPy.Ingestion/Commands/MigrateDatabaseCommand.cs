using System.CommandLine;

namespace RagPy.Ingestion.Commands;

/// <summary>
/// <c>migrate-database</c>: brings the schema up to date and ends. Published topologies run it before their services start; several at once do no harm.
/// </summary>
internal static class MigrateDatabaseCommand
{
    public static Command Create()
    {
        var command = new Command("migrate-database", "Bring the database's schema up to date. Every other command does so by itself.");
        command.SetAction((_, cancellationToken) => RunAsync(cancellationToken));

        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        Console.WriteLine("The database is up to date.");

        return ExitCode.Success;
    }
}
