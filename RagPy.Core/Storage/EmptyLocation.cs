namespace RagPy.Core.Storage;

/// <summary>The source location of a session into which nothing has been brought yet: <c>none:{guid}</c>.</summary>
public static class EmptyLocation
{
    /// <summary>Beginning of every such location; no path begins so.</summary>
    public const string Prefix = "none:";

    /// <summary>A location that no other session has.</summary>
    public static string Create() => Prefix + Guid.NewGuid().ToString("n");

    /// <summary>Whether a location is one of these.</summary>
    public static bool Is(string location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return location.StartsWith(Prefix, StringComparison.Ordinal);
    }
}
