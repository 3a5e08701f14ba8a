namespace RagPy.Ingestion;

/// <summary>What the process answers its caller with; part of the command line's contract.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command could not run: no database, unreadable source, cancelled.</summary>
    public const int CouldNotRun = 1;

    /// <summary>Wrong usage: unknown verb, missing argument, value out of range.</summary>
    public const int Usage = 2;

    /// <summary>Finished, but some documents failed; they are listed.</summary>
    public const int SomeFailed = 3;
}
