using System.Text;

namespace RagPy.Core.Sources;

/// <summary>
/// Finds the one file that a name means although it was written by another machine: exactly, in another Unicode form, in another case, or
/// without its accents, in this order, and only when a single file fits. Nothing is guessed beyond that: the original's edit distance
/// took <c>Vol 1.pdf</c> for <c>Vol 2.pdf</c>.
/// </summary>
/// <param name="tree">The files.</param>
internal sealed class PathMatcher(IFileTree tree)
{
    /// <summary>Folders looked into below an attachment's own; one of Zotero's has a handful, the folder of a whole export some ten thousand.</summary>
    private const int MaxFolders = 100_000;

    /// <summary>Files below the folder asked about last, by name: a thousand attachments in a row may ask about the same one.</summary>
    private (string Folder, ILookup<string, string> Files)? _below;

    /// <summary>The NFC form in which paths are compared.</summary>
    public static string Composed(string name) => UnicodeText.WellFormed(name).Normalize(NormalizationForm.FormC);

    /// <summary>A name in a folder of the tree.</summary>
    public static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;

    /// <summary>The path in the tree that fits <paramref name="path"/> folder by folder, or the candidates when several do.</summary>
    public PathMatch Match(string path)
    {
        var slash = path.LastIndexOf('/');
        var folder = MatchFolder(slash < 0 ? "" : path[..slash]);
        if (folder is null || tree.List(folder) is not { } listing)
        {
            return PathMatch.None;
        }

        var name = path[(slash + 1)..];
        var fitting = listing.Files.Fitting(name).Select(found => Join(folder, found)).ToList();
        if (fitting.Count == 0)
        {
            fitting = [.. Below(folder)[Composed(name)]];
        }

        return fitting.Count == 1 ? new PathMatch(fitting[0], []) : new PathMatch(null, fitting);
    }

    private string? MatchFolder(string path)
    {
        if (tree.List(path) is not null)
        {
            return path;
        }

        var folder = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (tree.List(folder) is not { } listing || listing.Directories.Fitting(name) is not [var only])
            {
                return null;
            }

            folder = Join(folder, only);
        }

        return folder;
    }

    /// <summary>Files in the sub-folders of a folder, by their names in NFC.</summary>
    private ILookup<string, string> Below(string folder)
    {
        if (_below is { } known && known.Folder == folder)
        {
            return known.Files;
        }

        var files = new List<string>();
        var pending = new Queue<string>();
        Enter(folder, pending);
        for (var looked = 0; looked < MaxFolders && pending.TryDequeue(out var below); looked++)
        {
            if (tree.List(below) is { } listing)
            {
                files.AddRange(listing.Files.Select(file => Join(below, file)));
                Enter(below, pending);
            }
        }

        var lookup = files.ToLookup(file => Composed(file[(file.LastIndexOf('/') + 1)..]), StringComparer.Ordinal);
        _below = (folder, lookup);

        return lookup;
    }

    private void Enter(string folder, Queue<string> pending)
    {
        if (tree.List(folder) is { } listing)
        {
            foreach (var child in listing.Directories)
            {
                pending.Enqueue(Join(folder, child));
            }
        }
    }
}

/// <summary>What <see cref="PathMatcher"/> found.</summary>
/// <param name="Path">The one path that fits, or null.</param>
/// <param name="Candidates">The paths among which it cannot choose; empty when nothing fits.</param>
internal sealed record PathMatch(string? Path, IReadOnlyList<string> Candidates)
{
    public static PathMatch None { get; } = new(null, []);
}
