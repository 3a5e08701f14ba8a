using System.Diagnostics;

namespace RagPy.LocalServices.Postgres;

/// <summary>Starts RagPy.LocalServices as a process of its own that outlives its starter.</summary>
internal static class ServerLauncher
{
    /// <summary>Returns when the server says that it is ready; ends it at cancellation.</summary>
    /// <exception cref="LocalServicesException">It could not start; the message is the server's own.</exception>
    public static async Task StartAsync(LocalServicesOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var command = ServiceProgram.Find().Concat(PostgresArguments.Detached(options)).ToArray();
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

            throw new LocalServicesException(
                ServerMessages.Explain($"{ServiceProgram.Name} ended before the database was ready", await error)
            );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
