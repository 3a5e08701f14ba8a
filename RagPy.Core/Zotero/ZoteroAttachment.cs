namespace RagPy.Core.Zotero;

/// <summary>An attachment as an export or the database describes it; empty strings where it says nothing.</summary>
internal sealed record ZoteroAttachment
{
    /// <summary>The attachment's own eight-character key.</summary>
    public string Key { get; init; } = "";

    public string Title { get; init; } = "";

    /// <summary>The path as written: relative, absolute, <c>storage:…</c>, <c>attachments:…</c> or a <c>file://</c> URL.</summary>
    public string Path { get; init; } = "";

    /// <summary>Name of the stored file (web API), where no path is given.</summary>
    public string StoredName { get; init; } = "";

    public string ContentType { get; init; } = "";

    /// <summary>A web link or a picture in a note: there is no file to look for.</summary>
    public bool IsLink { get; init; }

    /// <summary>What distinguishes the attachment within its item: its key or, without one, its path.</summary>
    public string Identity => Key.Length > 0 ? Key : NormalPath;

    /// <summary>The path in one spelling, to tell the same file named twice.</summary>
    public string NormalPath => Sources.PathMatcher.Composed((Path.Length > 0 ? Path : StoredName).Replace('\\', '/'));

    /// <summary>Last component of the path.</summary>
    public string FileName
    {
        get
        {
            var path = (Path.Length > 0 ? Path : StoredName).Replace('\\', '/');
            var name = path[(path.LastIndexOf('/') + 1)..];
            var scheme = name.StartsWith("storage:", StringComparison.Ordinal) || name.StartsWith("attachments:", StringComparison.Ordinal);

            return scheme ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : name;
        }
    }
}
