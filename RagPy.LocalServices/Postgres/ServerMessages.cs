namespace RagPy.LocalServices.Postgres;

/// <summary>Turns what PostgreSQL prints when it fails into one sentence.</summary>
internal static class ServerMessages
{
    /// <summary>A sentence from the first telling line of <paramref name="output"/>.</summary>
    /// <param name="what">What failed, without a full stop.</param>
    public static string Explain(string what, string output)
    {
        if (output.Contains("No space left on device", StringComparison.Ordinal))
        {
            return $"{what} because the disk is full; free some space, or name a folder elsewhere in RAGPY_DATA.";
        }

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var telling =
            lines.FirstOrDefault(line =>
                line.Contains("FATAL:", StringComparison.Ordinal)
                || line.Contains("PANIC:", StringComparison.Ordinal)
                || line.Contains("error:", StringComparison.Ordinal)
                || line.Contains("setpriv:", StringComparison.Ordinal)
            ) ?? lines.LastOrDefault();

        return $"{what} ({telling ?? "it gave no reason"}); mend that, or give a database in DATABASE_URL.";
    }

    /// <summary>Whether the port was taken by somebody else between choosing and binding it.</summary>
    public static bool IsPortTaken(string output) => output.Contains("could not bind", StringComparison.Ordinal);

    /// <summary>Whether processes of an earlier server are still going.</summary>
    public static bool IsPredecessorEnding(string output) => output.Contains("pre-existing shared memory block", StringComparison.Ordinal);
}
