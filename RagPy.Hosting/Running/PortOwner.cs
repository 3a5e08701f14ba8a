using System.Globalization;

namespace RagPy.Hosting.Running;

/// <summary>Finds out who listens on a port of this machine.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";

    /// <summary>Name and number of the process; null when it cannot be told, as for other people's processes.</summary>
    public static string? Describe(int port)
    {
        try
        {
            var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }
                .Where(File.Exists)
                .SelectMany(File.ReadLines)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields.Length > 9 && fields[3] == Listening && PortOf(fields[1]) == port)
                .Select(fields => $"socket:[{fields[9]}]")
                .ToHashSet(StringComparer.Ordinal);

            return sockets.Count == 0
                ? null
                : Directory
                    .EnumerateDirectories("/proc")
                    .Select(directory => Holder(directory, sockets))
                    .FirstOrDefault(found => found is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int PortOf(string address) =>
        int.TryParse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port)
            ? port
            : 0;

    private static string? Holder(string directory, HashSet<string> sockets)
    {
        if (!int.TryParse(Path.GetFileName(directory), out var process))
        {
            return null;
        }

        try
        {
            var holds = Directory
                .EnumerateFiles(Path.Combine(directory, "fd"))
                .Any(file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.Name is { } target && sockets.Contains(target));

            return holds ? $"{File.ReadAllText(Path.Combine(directory, "comm")).Trim()} (process {process})" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone.
            return null;
        }
    }
}
