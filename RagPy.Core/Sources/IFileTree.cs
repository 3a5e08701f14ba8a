namespace RagPy.Core.Sources;

/// <summary>The files of an export wherever they lie. Paths are relative, with <c>/</c>, and never lead outside.</summary>
internal interface IFileTree : IAsyncDisposable
{
    /// <summary>The folder or archive, for messages.</summary>
    string Location { get; }

    /// <summary>The folder on this machine that holds the tree; null when it is not one.</summary>
    string? LocalRoot { get; }

    /// <summary>The file of exactly this name, or null.</summary>
    TreeFile? Find(string path);

    /// <summary>Names directly in a folder (<c>""</c> is the root) in ordinal order, or null when there is no such folder.</summary>
    TreeListing? List(string directory);
}

/// <summary>A file of a tree.</summary>
/// <param name="Path">Path in the tree, or absolute for a file outside it.</param>
/// <param name="Length">Size in bytes.</param>
/// <param name="Open">Opens the bytes from the start; may be called again, also at the same time.</param>
/// <param name="Stamp">As of <see cref="SourceFile"/>.</param>
internal sealed record TreeFile(string Path, long Length, Func<Stream> Open, string? Stamp = null)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public SourceFile ToSourceFile(string contentType) => new(contentType, Length, _ => ValueTask.FromResult(Open()), Stamp);
}

/// <summary>What a folder of a tree holds.</summary>
internal sealed record TreeListing(TreeNames Files, TreeNames Directories);
