using System.Text.RegularExpressions;
using RagPy.Core.Storage;

namespace RagPy.Api.Compatibility;

/// <summary>
/// The original names a session by a folder: eight hexadecimal digits, an underscore, the name of the upload. Here the digits are the first of the upload's
/// hash, so that the name says which session is meant without being stored.
/// </summary>
internal static partial class SessionFolder
{
    private const int Digits = 8;

    /// <summary>The folder of a session.</summary>
    public static string Of(string location, string name)
    {
        var id =
            UploadLocation.TryParse(location, out var blob) ? blob.Sha256
            : EmptyLocation.Is(location) ? location[EmptyLocation.Prefix.Length..]
            : UploadlessId(location);
        return $"{id[..Digits]}_{name.Replace('/', '_')}";
    }

    /// <summary>The beginning of the source location of the session that a path names, whatever follows the folder; null when it names none.</summary>
    public static string[]? LocationsOf(string path) =>
        Folder().Match(path) is { Success: true } match
            ? [UploadLocation.Prefix + match.Groups[1].Value, EmptyLocation.Prefix + match.Groups[1].Value]
            : null;

    private static string UploadlessId(string location) => Core.Uuid5.Create(Core.Uuid5.RagPyNamespace, location).ToString("n");

    [GeneratedRegex("^([0-9a-f]{8})_")]
    private static partial Regex Folder();
}
