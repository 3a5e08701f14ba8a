using System.Runtime.CompilerServices;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>
/// Zotero's own data directory: <c>zotero.sqlite</c> with the files in <c>storage/KEY/</c>. Read from a private copy of the database
/// (<see cref="ZoteroDatabase"/>), so Zotero may be running and the folder may be read-only. What lies in Zotero's bin is left out.
/// </summary>
/// <param name="folder">The data directory.</param>
/// <param name="allowOutside">Whether linked files elsewhere on this machine may be read.</param>
/// <param name="databaseName">Name of the database file.</param>
internal sealed class ZoteroDataDirectorySource(
    string folder,
    bool allowOutside,
    string databaseName = ZoteroDataDirectorySource.DatabaseName
) : ISource
{
    public const string DatabaseName = "zotero.sqlite";

    private const string Remedy = "Open the attachment in Zotero, so that it downloads or finds the file.";

    private readonly FolderTree _tree = new(folder, allowOutside);

    public string Kind => "zotero-data";

    public async IAsyncEnumerable<SourceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var database = await ZoteroDatabase.OpenAsync(Path.Combine(_tree.Location, databaseName), cancellationToken);
        var named = database.LinkedFiles().SelectMany(Candidates).Select(PathMatcher.Composed).ToHashSet(StringComparer.Ordinal);
        var resolver = new AttachmentResolver(_tree, "", named, allowOutside, "", Remedy);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in database.ItemIds())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var entry = database.Entry(id);
            await foreach (var document in ZoteroDocuments.ReadAsync(entry.Item, entry.Attachments, resolver, seen, cancellationToken))
            {
                yield return document;
            }
        }
    }

    public ValueTask DisposeAsync() => _tree.DisposeAsync();

    private IReadOnlyList<string> Candidates(ZoteroAttachment attachment) => AttachmentPaths.Of(attachment, "", _tree.LocalRoot, "");
}
