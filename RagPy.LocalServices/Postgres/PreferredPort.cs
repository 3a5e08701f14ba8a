using System.Globalization;

namespace RagPy.LocalServices.Postgres;

/// <summary>The port that a data directory's database had last, so that it has the same one again and connection strings stay true.</summary>
internal static class PreferredPort
{
    /// <summary>Null when none is known.</summary>
    public static int? Read(PostgresFiles files)
    {
        try
        {
            return ushort.TryParse(File.ReadAllText(files.Port), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                ? port
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static void Write(PostgresFiles files, int port)
    {
        if (Read(files) != port)
        {
            File.WriteAllText(files.Port, port.ToString(CultureInfo.InvariantCulture));
        }
    }
}
