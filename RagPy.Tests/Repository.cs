namespace RagPy.Tests;

/// <summary>Where the checkout is that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>RagPy.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RagPy.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the tests holds RagPy.sln.");
    }
}
