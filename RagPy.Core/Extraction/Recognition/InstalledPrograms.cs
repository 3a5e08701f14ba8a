namespace RagPy.Core.Extraction.Recognition;

/// <summary>Programs of this machine that recognition uses.</summary>
internal static class InstalledPrograms
{
    /// <summary>Full path of a program, or null when it is not installed.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
