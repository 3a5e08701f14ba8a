using System.Runtime.InteropServices;

namespace RagPy.LocalServices;

/// <summary>How this machine's services are run: the program RagPy.LocalServices beside our own.</summary>
internal static class ServiceProgram
{
    public const string Name = "RagPy.LocalServices";

    /// <summary>Program and first arguments, run by the .NET that runs us: a user's own installation need not be known to the system.</summary>
    /// <exception cref="LocalServicesException">It is not there.</exception>
    public static IReadOnlyList<string> Find()
    {
        var library = Path.Combine(AppContext.BaseDirectory, Name + ".dll");
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", "dotnet"));

        if (!File.Exists(library))
        {
            throw new LocalServicesException($"{library} is missing; build the solution again, or give a database in DATABASE_URL.");
        }

        return File.Exists(host) ? [host, "exec", library] : [Path.Combine(AppContext.BaseDirectory, Name)];
    }
}
