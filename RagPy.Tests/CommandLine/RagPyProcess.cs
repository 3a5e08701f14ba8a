using System.Diagnostics;
using System.Text.Json;

namespace RagPy.Tests.CommandLine;

/// <summary>Runs the command line as a person would: a process of its own, with a database and a data folder that nobody else uses.</summary>
internal sealed class RagPyProcess(string connectionString) : IDisposable
{
    /// <summary>Variables beside those of the tests.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("ragpy-cli-").FullName;

    public void Dispose() => Directory.Delete(DataDirectory, recursive: true);

    /// <summary>Runs one command to its end.</summary>
    public async Task<RagPyResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        return new RagPyResult(process.ExitCode, await output, await error);
    }

    /// <summary>Starts one command and leaves it running.</summary>
    public Process Start(params string[] arguments)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory.Replace("RagPy.Tests", "RagPy.Ingestion", StringComparison.Ordinal),
            "RagPy.Ingestion.dll"
        );
        var start = new ProcessStartInfo(
            System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", program, .. arguments]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = DataDirectory,
        };
        start.Environment["DATABASE_URL"] = connectionString;
        start.Environment["RAGPY_DATA"] = DataDirectory;

        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>What a command left behind.</summary>
internal sealed record RagPyResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public IReadOnlyList<JsonElement> JsonLines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
