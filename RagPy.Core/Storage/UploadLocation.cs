using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace RagPy.Core.Storage;

/// <summary>
/// The source location of a session whose source was uploaded: <c>upload:{sha256}:{length}</c>, a file of the project's blob store. The same bytes uploaded again are
/// the same location, and so the same session.
/// </summary>
public static class UploadLocation
{
    /// <summary>Beginning of every such location; no path begins so.</summary>
    public const string Prefix = "upload:";

    /// <summary>Location of a stored upload.</summary>
    public static string Of(BlobReference blob)
    {
        ArgumentNullException.ThrowIfNull(blob);

        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{blob.Sha256}:{blob.Length}");
    }

    /// <summary>Whether a location is an upload, and which file.</summary>
    public static bool TryParse(string location, [NotNullWhen(true)] out BlobReference? blob)
    {
        ArgumentNullException.ThrowIfNull(location);
        var parts = location.Split(':');
        blob =
            location.StartsWith(Prefix, StringComparison.Ordinal)
            && parts.Length == 3
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                ? new BlobReference(parts[1], length)
                : null;

        return blob is not null;
    }
}
