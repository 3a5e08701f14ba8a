namespace RagPy.Api.Uploads;

/// <summary>The library that comes with RagPy, for a first look.</summary>
internal static class SampleLibrary
{
    public const string Name = "Sample library";

    /// <summary>Where the build puts <c>samples/library</c>.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "library");
}
