using System.Diagnostics;
using System.Globalization;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>The AppHost as tools call it to publish.</summary>
internal static class PublishedTopology
{
    /// <summary>What there is to publish, and where the repository keeps it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Places = new Dictionary<string, string>
    {
        ["manifest"] = ".",
        ["compose"] = Path.Combine("deploy", "compose"),
        ["kubernetes"] = Path.Combine("deploy", "kubernetes"),
    };

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>A new folder as deep in the checkout as the paths of a manifest are cut by <see cref="Read"/>.</summary>
    public static string CreateFolder() =>
        Directory
            .CreateDirectory(
                Path.Combine(Repository.Root, "artifacts", "published", Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture))
            )
            .FullName;

    /// <summary>Every published file of a folder by its path; a manifest's paths are made relative to the repository.</summary>
    public static Dictionary<string, string> Read(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(
                path => Path.GetRelativePath(folder, path).Replace('\\', '/'),
                path => File.ReadAllText(path).Replace("\"path\": \"../../../", "\"path\": \"", StringComparison.Ordinal)
            );

    /// <summary>Runs it.</summary>
    /// <returns>Its exit code and what it said.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "RagPy.AppHost", configuration, "RagPy.AppHost.dll");
        var start = new ProcessStartInfo(Programs.DotNet, [program, .. arguments])
        {
            // No .env is there.
            WorkingDirectory = Path.Combine(Repository.Root, "artifacts"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        return await RunAsync(start, input: null);
    }

    /// <summary>Runs any program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, string? input)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = input is not null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_patience);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }

        await process.WaitForExitAsync(patience.Token);

        return (process.ExitCode, await output + await error);
    }
}
