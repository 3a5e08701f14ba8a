using System.Globalization;

namespace RagPy.Core.Sources;

/// <summary>A folder of this machine.</summary>
/// <param name="root">The folder.</param>
/// <param name="followLinks">Whether links may lead outside the folder.</param>
internal sealed class FolderTree(string root, bool followLinks) : IFileTree
{
    /// <summary>Listings kept: one folder may be asked about by thousands of attachments in a row.</summary>
    private const int MaxListings = 64;

    private static readonly EnumerationOptions s_all = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
        ReturnSpecialDirectories = false,
    };

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    private readonly Dictionary<string, TreeListing?> _listings = new(StringComparer.Ordinal);

    public string Location => _root;

    public string? LocalRoot => _root;

    public TreeFile? Find(string path)
    {
        var full = Full(path);
        if (full is null || !File.Exists(full) || !Reachable(path))
        {
            return null;
        }

        return Describe(full, path);
    }

    public TreeListing? List(string directory)
    {
        if (_listings.TryGetValue(directory, out var known))
        {
            return known;
        }

        var full = Full(directory);
        var listing = full is not null && Directory.Exists(full) && Reachable(directory) ? Read(full) : null;
        if (_listings.Count >= MaxListings)
        {
            _listings.Clear();
        }

        _listings[directory] = listing;

        return listing;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A file of this machine that exists.</summary>
    public static TreeFile Describe(string full, string path)
    {
        var file = new FileInfo(full);
        var stamp = string.Create(CultureInfo.InvariantCulture, $"{full}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}");
        return new TreeFile(path, file.Length, () => Open(full), stamp);
    }

    /// <summary>Opens for reading beside programs that write.</summary>
    public static FileStream Open(string full) =>
        new(
            full,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            1 << 16,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );

    private static TreeListing Read(string full)
    {
        var files = new List<string>();
        var directories = new List<string>();
        foreach (var entry in new DirectoryInfo(full).EnumerateFileSystemInfos("*", s_all))
        {
            if (entry is not DirectoryInfo)
            {
                files.Add(entry.Name);
            }
            else if (entry.LinkTarget is null)
            {
                // A linked folder can be entered by its name, but is not searched: it may lead back to where it lies.
                directories.Add(entry.Name);
            }
        }

        return new TreeListing(new TreeNames(files), new TreeNames(directories));
    }

    private string? Full(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(path))
        {
            return null;
        }

        var full = Path.GetFullPath(Path.Combine(_root, path));

        return
            full == _root
            || full.StartsWith(Path.EndsInDirectorySeparator(_root) ? _root : _root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : null;
    }

    /// <summary>Whether no component below the root is a link, which could lead anywhere.</summary>
    private bool Reachable(string path)
    {
        if (followLinks)
        {
            return true;
        }

        var current = _root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            current = Path.Combine(current, name);
            if (new FileInfo(current).LinkTarget is not null)
            {
                return false;
            }
        }

        return true;
    }
}
