namespace RagPy.LocalServices;

/// <summary>Where the services of this machine live and how they run.</summary>
public sealed record LocalServicesOptions
{
    /// <summary>Absolute path of the folder that holds everything a run writes; the database is in <c>postgres/</c> below it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Absolute path of the folder into which programs are installed on first use; may be shared by several data directories.</summary>
    public required string ToolsDirectory { get; init; }

    /// <summary>A folder prepared by <c>npm ci</c> with the files of <c>tools/</c> (<c>RAGPY_TOOLS</c>); nothing is downloaded when it is given.</summary>
    public string? PreparedTools { get; init; }

    /// <summary>How long the database waits for another holder after the last one has left.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Port on 127.0.0.1; null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Account that runs PostgreSQL when the caller is root (<c>RAGPY_POSTGRES_USER</c>); not used otherwise.</summary>
    public string PostgresUser { get; init; } = "nobody";

    /// <summary>False gives up durability for speed (no fsync); for databases that a test throws away.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The npm that installs; found like any program.</summary>
    internal string Npm { get; init; } = "npm";

    /// <summary>Options as the environment gives them.</summary>
    /// <param name="environment">Gives the value of a variable, or null.</param>
    public static LocalServicesOptions FromEnvironment(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var data = LocalServices.DataDirectory.Locate(environment);

        return new LocalServicesOptions
        {
            DataDirectory = data,
            ToolsDirectory = Path.Combine(data, "tools"),
            PreparedTools = environment("RAGPY_TOOLS") is { Length: > 0 } tools ? Path.GetFullPath(tools) : null,
            PostgresUser = environment("RAGPY_POSTGRES_USER") is { Length: > 0 } user ? user : "nobody",
        };
    }
}
