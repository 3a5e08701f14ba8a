using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>
/// Finds the file of an attachment among the files of an export, whatever shape its path has. A file that another attachment names exactly is
/// never given to one that merely resembles it, and none is given to two that do.
/// </summary>
/// <param name="tree">The files.</param>
/// <param name="baseFolder">Folder in the tree to which relative paths are relative; <c>""</c> is its root.</param>
/// <param name="named">Paths that attachments name exactly, in the form of <see cref="PathMatcher.Composed"/>.</param>
/// <param name="allowOutside">Whether absolute paths may be opened outside the tree.</param>
/// <param name="linkedBase">Folder of <c>attachments:</c> paths on this machine, or empty.</param>
/// <param name="remedy">What a person can do about a file that is not there; a sentence.</param>
internal sealed class AttachmentResolver(
    IFileTree tree,
    string baseFolder,
    IReadOnlySet<string> named,
    bool allowOutside,
    string linkedBase,
    string remedy
)
{
    /// <summary>Names listed in a reason.</summary>
    private const int MaxListed = 5;

    /// <summary>Who got a file that resembles what it asked for.</summary>
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    private readonly PathMatcher _matcher = new(tree);

    /// <summary>The folder outside asked about last: the files of a library often lie in one.</summary>
    private OutsideFolder? _outside;

    /// <summary>The file, or why there is none.</summary>
    public Resolution Resolve(ZoteroAttachment attachment)
    {
        var candidates = AttachmentPaths.Of(attachment, baseFolder, tree.LocalRoot, linkedBase);
        var places = candidates.Select(Place).OfType<Placed>().ToList();
        foreach (var place in places)
        {
            if (place.Tree.Find(place.Path) is { } file)
            {
                return new Resolution(file, "");
            }
        }

        foreach (var place in places)
        {
            var match = place.Matcher.Match(place.Path);
            if (match.Candidates.Count > 0)
            {
                return Refuse(
                    $"'{attachment.Path}' could be any of {List(match.Candidates)}. Rename the file, or correct its path in Zotero."
                );
            }

            if (match.Path is not null && place.Tree.Find(match.Path) is { } file)
            {
                return Give(attachment, place.Candidate, file);
            }
        }

        return Refuse(Absence(attachment, candidates, places.Count > 0));
    }

    private static Resolution Refuse(string reason) => new(null, reason);

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MaxListed).Select(name => $"'{name}'"))
        + (names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "");

    private Resolution Give(ZoteroAttachment attachment, string candidate, TreeFile file)
    {
        var asked = PathMatcher.Composed(candidate);
        var found = PathMatcher.Composed(file.Path);
        if (asked != found && named.Contains(found))
        {
            return Refuse(
                $"'{attachment.Path}' is not there; the nearest, '{file.Path}', belongs to another attachment. Correct the path in Zotero."
            );
        }

        if (!_given.TryAdd(found, asked) && _given[found] != asked)
        {
            return Refuse(
                $"'{attachment.Path}' is not there; the nearest, '{file.Path}', already serves '{_given[found]}'. Correct the path in Zotero."
            );
        }

        return new Resolution(file, "");
    }

    /// <summary>Where a candidate is looked for, or null when it may not be opened.</summary>
    private Placed? Place(string candidate)
    {
        if (!AttachmentPaths.IsAbsolute(candidate))
        {
            return new Placed(tree, _matcher, candidate, candidate);
        }

        var slash = candidate.LastIndexOf('/');
        if (!allowOutside || slash == candidate.Length - 1)
        {
            return null;
        }

        var folder = slash == 0 ? "/" : candidate[..slash];
        if (_outside?.Location != folder)
        {
            _outside = new OutsideFolder(folder);
        }

        return new Placed(_outside, new PathMatcher(_outside), candidate[(slash + 1)..], candidate);
    }

    private string Absence(ZoteroAttachment attachment, IReadOnlyList<string> candidates, bool tried)
    {
        if (attachment.Path.Length == 0 && attachment.StoredName.Length == 0)
        {
            return $"No file is named for this attachment. {remedy}";
        }

        var path = attachment.Path.Length > 0 ? attachment.Path : attachment.StoredName;
        if (candidates.Count == 0)
        {
            return $"'{path}' does not say in which folder the file lies, or leads outside. {remedy}";
        }

        if (!tried)
        {
            return $"'{path}' lies outside of what was given, where it may not be read. {remedy}";
        }

        return AttachmentPaths.IsLinked(path)
            ? $"'{path}' is linked relative to a folder that is not known here. Turn it into a stored file in Zotero (Tools, Manage Attachments)."
            : $"'{path}' is not in '{tree.Location}'. {remedy}";
    }

    /// <summary>A tree and a path in it.</summary>
    /// <param name="Candidate">The path as it was asked for.</param>
    private sealed record Placed(IFileTree Tree, PathMatcher Matcher, string Path, string Candidate);

    /// <summary>The folder of an absolute path on this machine: only the file itself is looked for, not what lies below.</summary>
    private sealed class OutsideFolder(string folder) : IFileTree
    {
        private readonly FolderTree _folder = new(folder, followLinks: true);

        public string Location => folder;

        public string? LocalRoot => folder;

        public TreeFile? Find(string path) =>
            _folder.Find(path) is { } file ? file with { Path = PathMatcher.Join(folder.TrimEnd('/'), path) } : null;

        public TreeListing? List(string directory) =>
            directory.Length == 0 && _folder.List("") is { } listing ? listing with { Directories = new TreeNames([]) } : null;

        public ValueTask DisposeAsync() => _folder.DisposeAsync();
    }
}

/// <summary>A file, or the reason for there being none.</summary>
internal sealed record Resolution(TreeFile? File, string Reason);
