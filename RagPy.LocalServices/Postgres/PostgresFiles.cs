namespace RagPy.LocalServices.Postgres;

/// <summary>Names of the files below <c>postgres/</c> of a data directory.</summary>
/// <param name="Root">Absolute path of that folder.</param>
internal sealed record PostgresFiles(string Root)
{
    /// <summary>Names port and process of the server (<see cref="ServerState"/>). Holders lock it shared; the server locks it exclusively to find that none is left.</summary>
    public string Server => Path.Combine(Root, "server.json");

    /// <summary>Locked exclusively by the server for as long as it lives.</summary>
    public string Running => Path.Combine(Root, "running.lock");

    /// <summary>Locked exclusively by whoever starts a server, so that two callers start one.</summary>
    public string Starting => Path.Combine(Root, "starting.lock");

    /// <summary>The port that the server had last.</summary>
    public string Port => Path.Combine(Root, "port");

    /// <summary>Password of the role <c>ragpy</c>, readable by the owner only.</summary>
    public string Password => Path.Combine(Root, "password");

    /// <summary>PostgreSQL's data directory, or a link to it.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>What PostgreSQL printed.</summary>
    public string Log => Path.Combine(Root, "server.log");

    public static PostgresFiles Of(LocalServicesOptions options) => new(Path.Combine(options.DataDirectory, "postgres"));

    /// <summary>Creates the folder.</summary>
    /// <exception cref="LocalServicesException">It cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalServicesException(
                $"The folder {Root} cannot be made ({e.Message}); name one you may write to in RAGPY_DATA.",
                e
            );
        }
    }
}
