using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RagPy.LocalServices.Postgres;

/// <summary>Starts RagPy.LocalServices as a process of its own that outlives its starter.</summary>
internal static class ServerLauncher
{
    private const string Program = "RagPy.LocalServices";

    /// <summary>Returns when the server says that it is ready; ends it at cancellation.</summary>
    /// <exception cref="LocalServicesException">It could not start; the message is the server's own.</exception>
    public static async Task StartAsync(LocalServicesOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var command = FindProgram().Concat(PostgresCommand.Arguments(options)).ToArray();
        using var process = new Process { StartInfo = Command.Info(command, "/", null) };
        process.Start();
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(cancellationToken);

        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                if (line == PostgresCommand.Ready)
                {
                    return;
                }

                if (line.StartsWith(PostgresCommand.Failed, StringComparison.Ordinal))
                {
                    throw new LocalServicesException(line[PostgresCommand.Failed.Length..]);
                }

                if (line.StartsWith(PostgresCommand.Progress, StringComparison.Ordinal))
                {
                    progress?.Report(line[PostgresCommand.Progress.Length..]);
                }
            }

            throw new LocalServicesException(ServerMessages.Explain($"{Program} ended before the database was ready", await error));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The program beside our own, run by the .NET that runs us: a user's own installation need not be known to the system.</summary>
    private static IReadOnlyList<string> FindProgram()
    {
        var library = Path.Combine(AppContext.BaseDirectory, Program + ".dll");
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", "dotnet"));

        if (!File.Exists(library))
        {
            throw new LocalServicesException($"{library} is missing; build the solution again, or give a database in DATABASE_URL.");
        }

        return File.Exists(host) ? [host, "exec", library] : [Path.Combine(AppContext.BaseDirectory, Program)];
    }
}
