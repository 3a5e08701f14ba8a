using System.Runtime.InteropServices;

namespace RagPy.Hosting.Running;

/// <summary>Finds programs.</summary>
internal static class Programs
{
    /// <summary>The .NET that runs us: a user's own installation need not be known to the system.</summary>
    public static string DotNet { get; } = FindDotNet();

    /// <summary>Absolute path of a program; null when there is none.</summary>
    /// <param name="command">A path, relative to <paramref name="folder"/>, or a name that <c>PATH</c> finds.</param>
    public static string? Find(string command, string folder)
    {
        var candidates = command.Contains('/', StringComparison.Ordinal)
            ? [Path.GetFullPath(command, folder)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':', StringSplitOptions.RemoveEmptyEntries)
                .Select(directory => Path.Combine(directory, command));

        return candidates.FirstOrDefault(File.Exists);
    }

    private static string FindDotNet()
    {
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", "dotnet"));

        return File.Exists(host) ? host : Find("dotnet", "/") ?? "dotnet";
    }
}
