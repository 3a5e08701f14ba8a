namespace RagPy.Core.Extraction;

/// <summary>Finds the extractor program.</summary>
internal static class ExtractorLocator
{
    private const string Name = "RagPy.Extractor";

    /// <summary>Name of the file beside the program that says how it was compiled.</summary>
    public const string ModeFile = "compiled-as.txt";

    /// <summary>The given program, else that of the variable <c>RAGPY_EXTRACTOR</c>, else the one beside the running assembly, else the build's own copy.</summary>
    /// <returns>An absolute path.</returns>
    /// <exception cref="ExtractorUnavailableException">There is none.</exception>
    public static string Find(string? given)
    {
        given ??= Environment.GetEnvironmentVariable("RAGPY_EXTRACTOR");

        if (given is { Length: > 0 })
        {
            return File.Exists(given)
                ? Path.GetFullPath(given)
                : throw new ExtractorUnavailableException(
                    $"RAGPY_EXTRACTOR names {given}, which is not there; correct it or leave it out."
                );
        }

        var beside = Path.Combine(AppContext.BaseDirectory, "extractor", Name);

        if (File.Exists(beside))
        {
            return beside;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var built = Path.Combine(at.FullName, "artifacts", "extractor", Name);

            if (File.Exists(built))
            {
                return built;
            }
        }

        throw new ExtractorUnavailableException(
            $"The program {beside} is missing; build the solution, or name the program in RAGPY_EXTRACTOR."
        );
    }
}
