using System.Text;

namespace RagPy.Core.Sources;

/// <summary>
/// Finds the one file that a name means although it was written by another machine: exactly, in another Unicode form, in another case, or
/// without its accents, in this order, and only when a single file fits. Nothing is guessed beyond that: the original's edit distance
/// took <c>Vol 1.pdf</c> for <c>Vol 2.pdf</c>.
/// </summary>
internal static class PathMatcher
{
    /// <summary>Folders looked into below an attachment's own; a Zotero attachment folder has a handful.</summary>
    private const int MaxFolders = 1000;

    private static readonly Func<string, string>[] s_forms =
    [
        name => name,
        Composed,
        name => Composed(name).ToLowerInvariant(),
        UnicodeText.FoldFileName,
    ];

    /// <summary>The NFC form in which paths are compared.</summary>
    public static string Composed(string name) => UnicodeText.WellFormed(name).Normalize(NormalizationForm.FormC);

    /// <summary>The path in the tree that fits <paramref name="path"/> folder by folder, or the candidates when several do.</summary>
    public static PathMatch Match(IFileTree tree, string path)
    {
        var slash = path.LastIndexOf('/');
        var folder = MatchFolder(tree, slash < 0 ? "" : path[..slash]);
        if (folder is null || tree.List(folder) is not { } listing)
        {
            return PathMatch.None;
        }

        var names = Fitting(listing.Files, path[(slash + 1)..]);
        if (names.Count == 0)
        {
            names = Below(tree, folder, path[(slash + 1)..]);
        }

        return names.Count == 1
            ? new PathMatch(Join(folder, names[0]), [])
            : new PathMatch(null, [.. names.Select(name => Join(folder, name))]);
    }

    public static string Join(string folder, string name) => folder.Length == 0 ? name : folder + "/" + name;

    private static string? MatchFolder(IFileTree tree, string path)
    {
        if (tree.List(path) is not null)
        {
            return path;
        }

        var folder = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (tree.List(folder) is not { } listing || Fitting(listing.Directories, name) is not [var only])
            {
                return null;
            }

            folder = Join(folder, only);
        }

        return folder;
    }

    private static List<string> Fitting(IReadOnlyList<string> names, string wanted)
    {
        foreach (var form in s_forms)
        {
            var target = form(wanted);
            var fitting = names.Where(name => form(name) == target).ToList();
            if (fitting.Count > 0)
            {
                return fitting;
            }
        }

        return [];
    }

    /// <summary>Files of exactly this name in sub-folders, as paths below <paramref name="folder"/>.</summary>
    private static List<string> Below(IFileTree tree, string folder, string name)
    {
        var target = Composed(name);
        var found = new List<string>();
        var pending = new Queue<string>([""]);
        for (var looked = 0; pending.Count > 0 && looked < MaxFolders; looked++)
        {
            var below = pending.Dequeue();
            if (tree.List(Join(folder, below).TrimEnd('/')) is not { } listing)
            {
                continue;
            }

            found.AddRange(listing.Files.Where(file => Composed(file) == target).Select(file => Join(below, file)));
            foreach (var child in listing.Directories)
            {
                pending.Enqueue(Join(below, child));
            }
        }

        return found;
    }
}

/// <summary>What <see cref="PathMatcher"/> found.</summary>
/// <param name="Path">The one path that fits, or null.</param>
/// <param name="Candidates">The paths among which it cannot choose; empty when nothing fits.</param>
internal sealed record PathMatch(string? Path, IReadOnlyList<string> Candidates)
{
    public static PathMatch None { get; } = new(null, []);
}
