namespace RagPy.Tests;

/// <summary>Reference material that is not part of the repository and may be absent: tests that need it are skipped without it.</summary>
internal static class SharedFolder
{
    /// <summary>The folder that <c>RAGPY_SHARED</c> names, else <c>shared</c> beside the checkout.</summary>
    public static string Path { get; } =
        Environment.GetEnvironmentVariable("RAGPY_SHARED") is { Length: > 0 } named
            ? named
            : System.IO.Path.Combine(Repository.Root, "..", "shared");
}
