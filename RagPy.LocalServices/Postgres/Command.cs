using System.ComponentModel;
using System.Diagnostics;

namespace RagPy.LocalServices.Postgres;

/// <summary>Runs a short program to its end.</summary>
internal static class Command
{
    /// <summary>What a program gave.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Error);

    /// <summary>Runs <paramref name="command"/> without a shell and reads what it prints; its process tree is killed at cancellation.</summary>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">The program's whole environment, or null to inherit ours.</param>
    /// <exception cref="Win32Exception">The program is not there or may not be run.</exception>
    public static async Task<Outcome> RunAsync(
        IReadOnlyList<string> command,
        string? workingDirectory,
        IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellationToken
    )
    {
        using var process = new Process { StartInfo = Info(command, workingDirectory, environment) };
        process.Start();
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);

        try
        {
            await process.WaitForExitAsync(cancellationToken);

            return new Outcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Start information with all three streams redirected.</summary>
    public static ProcessStartInfo Info(
        IReadOnlyList<string> command,
        string? workingDirectory,
        IReadOnlyDictionary<string, string>? environment
    )
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? "",
        };

        if (environment is not null)
        {
            info.Environment.Clear();

            foreach (var (name, value) in environment)
            {
                info.Environment[name] = value;
            }
        }

        return info;
    }
}
