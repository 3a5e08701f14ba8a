namespace RagPy.Hosting.Publishing;

/// <summary>The image of one of our own programs, as <c>dotnet publish /t:PublishContainer</c> names it.</summary>
/// <param name="Prefix">First part of the repository's name, that of the application.</param>
/// <param name="Name">Last part.</param>
/// <param name="Tag">The version.</param>
internal sealed record ProjectImage(string Prefix, string Name, string Tag)
{
    /// <summary>The user <c>app</c> of .NET's images.</summary>
    public const int User = 1654;

    public string Repository => $"{Prefix}/{Name}";

    /// <summary>The image of a project: <c>RagPy.Api</c> is <c>ragpy/api</c>.</summary>
    public static ProjectImage Of(string projectPath, string application, string tag)
    {
        var name = Path.GetFileNameWithoutExtension(projectPath);

        return new ProjectImage(application.ToLowerInvariant(), name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant(), tag);
    }
}
