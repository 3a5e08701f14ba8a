namespace RagPy.LocalServices;

/// <summary>Where everything that a run writes is kept.</summary>
public static class DataDirectory
{
    /// <summary><c>RAGPY_DATA</c> when it is set, else <c>.ragpy</c> beside <c>RagPy.sln</c>, else <c>.ragpy</c> in the current directory.</summary>
    /// <param name="environment">Gives the value of a variable, or null.</param>
    /// <returns>An absolute path; the directory need not exist.</returns>
    public static string Locate(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);

        if (environment("RAGPY_DATA") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        // The program's own place first: one checkout has one library, whatever the current directory is.
        var home = SolutionAbove(AppContext.BaseDirectory) ?? SolutionAbove(Environment.CurrentDirectory) ?? Environment.CurrentDirectory;

        return Path.Combine(home, ".ragpy");
    }

    private static string? SolutionAbove(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "RagPy.sln")))
            {
                return at.FullName;
            }
        }

        return null;
    }
}
