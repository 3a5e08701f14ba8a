using System.Text.RegularExpressions;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>The places that an attachment's path may mean, best first: relative to the tree, or absolute on this machine.</summary>
internal static partial class AttachmentPaths
{
    private const string Storage = "storage:";
    private const string Linked = "attachments:";

    /// <summary>Whether a path is relative to Zotero's linked-attachment base folder.</summary>
    public static bool IsLinked(string path) => path.StartsWith(Linked, StringComparison.Ordinal);

    /// <summary>Whether a candidate is a path on this machine rather than in the tree.</summary>
    public static bool IsAbsolute(string candidate) => candidate.StartsWith('/');

    /// <summary>Lists the candidates: normalised, with <c>/</c>, none of them climbing out of the tree.</summary>
    /// <param name="baseFolder">Folder in the tree to which relative paths are relative.</param>
    /// <param name="localRoot">Folder of the tree on this machine, or null.</param>
    /// <param name="linkedBase">Folder of <c>attachments:</c> paths on this machine, or empty.</param>
    public static IReadOnlyList<string> Of(ZoteroAttachment attachment, string baseFolder, string? localRoot, string linkedBase)
    {
        var candidates = new List<string>();
        foreach (var path in Spellings(attachment.Path))
        {
            AddPath(candidates, path, attachment.Key, baseFolder, linkedBase);
        }

        if (attachment.StoredName.Length > 0 && attachment.Key.Length > 0)
        {
            AddStored(candidates, attachment.StoredName, attachment.Key, baseFolder);
        }

        return [.. candidates.Select(candidate => Inside(candidate, localRoot)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A path as it is, percent-decoded, and with Windows' separators turned: a real name may hold either character.</summary>
    private static IEnumerable<string> Spellings(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            yield break;
        }

        if (path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            yield return Uri.UnescapeDataString(FileUrl().Replace(path, "/"));
            yield break;
        }

        yield return path;
        var turned = path.Replace('\\', '/');
        yield return turned;
        if (turned.Contains('%', StringComparison.Ordinal))
        {
            yield return Uri.UnescapeDataString(turned);
        }
    }

    private static void AddPath(List<string> candidates, string path, string key, string baseFolder, string linkedBase)
    {
        if (path.StartsWith(Storage, StringComparison.Ordinal))
        {
            if (key.Length > 0)
            {
                AddStored(candidates, path[Storage.Length..], key, baseFolder);
            }

            return;
        }

        if (IsLinked(path))
        {
            var below = path[Linked.Length..].TrimStart('/');
            if (linkedBase.Length > 0)
            {
                candidates.Add(linkedBase.Replace('\\', '/').TrimEnd('/') + "/" + below);
            }

            candidates.Add(PathMatcher.Join(baseFolder, below));
            candidates.Add(PathMatcher.Join(baseFolder, "attachments/" + below));

            return;
        }

        var drive = Drive().Match(path);
        if (!drive.Success && !path.StartsWith('/'))
        {
            candidates.Add(path.StartsWith('\\') ? path : PathMatcher.Join(baseFolder, path));

            return;
        }

        if (drive.Success)
        {
            // The Windows Subsystem for Linux shows drive C: as /mnt/c.
            candidates.Add($"/mnt/{char.ToLowerInvariant(drive.Groups["letter"].Value[0])}/{path[drive.Length..]}");
        }
        else
        {
            candidates.Add("/" + path.TrimStart('/'));
        }

        // The folder may have moved with its files: what follows Zotero's own folder names stays valid.
        if (OwnFolder().Match(path) is { Success: true } own)
        {
            candidates.Add(PathMatcher.Join(baseFolder, own.Groups["rest"].Value));
        }
    }

    private static void AddStored(List<string> candidates, string name, string key, string baseFolder)
    {
        candidates.Add(PathMatcher.Join(baseFolder, $"storage/{key}/{name}"));
        candidates.Add(PathMatcher.Join(baseFolder, $"files/{key}/{name}"));
        candidates.Add(PathMatcher.Join(baseFolder, $"{key}/{name}"));
    }

    /// <summary>Resolves <c>.</c> and <c>..</c>; an absolute path below the root becomes relative to it; null when a relative one climbs out.</summary>
    private static string? Inside(string candidate, string? localRoot)
    {
        var absolute = candidate.StartsWith('/');
        var parts = new List<string>();
        foreach (var part in candidate.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part != ".." && part != ".")
            {
                parts.Add(part);
            }
            else if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part == ".." && !absolute)
            {
                return null;
            }
        }

        var path = string.Join('/', parts);
        if (path.Length == 0 || !absolute)
        {
            return path.Length == 0 ? null : path;
        }

        path = "/" + path;
        var root = localRoot?.Replace('\\', '/').TrimEnd('/') + "/";

        return localRoot is not null && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : path;
    }

    /// <summary><c>file:///x</c>, <c>file://localhost/x</c> and <c>file:/x</c>, up to the path's first slash; a drive letter stays behind a slash.</summary>
    [GeneratedRegex(@"^file:(?://(?:localhost)?)?/?(?=[A-Za-z]:[/\\]|/|[^/])", RegexOptions.IgnoreCase)]
    private static partial Regex FileUrl();

    [GeneratedRegex(@"^/?(?<letter>[A-Za-z]):/")]
    private static partial Regex Drive();

    [GeneratedRegex(@"/(?<rest>(?:storage/[A-Z0-9]{8}|files/[0-9]+)/[^/].*)$")]
    private static partial Regex OwnFolder();
}
