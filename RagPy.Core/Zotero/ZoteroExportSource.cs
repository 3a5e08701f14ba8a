using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>
/// A Zotero export: one or more JSON files of Better BibTeX or the web API with the files they name, in a folder or a ZIP. The JSON is read
/// twice as a stream: first for what concerns the whole (<see cref="ExportIndex"/>), then item by item.
/// </summary>
internal sealed class ZoteroExportSource : ISource
{
    private const string Remedy = "Put the file there, or export again from Zotero with 'Export Files' ticked.";

    private readonly IFileTree _tree;
    private readonly IReadOnlyList<TreeFile> _files;
    private readonly string _baseFolder;
    private readonly bool _allowOutside;

    /// <param name="tree">The files; disposed with the source.</param>
    /// <param name="files">JSON files, all in one folder of the tree, in the order to be read.</param>
    /// <param name="allowOutside">Whether absolute paths may be opened outside the tree.</param>
    public ZoteroExportSource(IFileTree tree, IReadOnlyList<TreeFile> files, bool allowOutside)
    {
        _tree = tree;
        _files = files;
        _allowOutside = allowOutside;
        var slash = files[0].Path.LastIndexOf('/');
        _baseFolder = slash < 0 ? "" : files[0].Path[..slash];
    }

    public string Kind => "zotero-export";

    public async IAsyncEnumerable<SourceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = await IndexAsync(cancellationToken);
        var resolver = new AttachmentResolver(_tree, _baseFolder, index.Named, _allowOutside, index.LinkedBase, Remedy);
        var keyless = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in _files)
        {
            await foreach (var part in PartsAsync(file, cancellationToken))
            {
                if (part.Kind != ZoteroJsonKind.Item || ZoteroEntryReader.Read(part.Value, index.Collections[file.Path]) is not { } entry)
                {
                    continue;
                }

                if (entry.IsAttachment && index.ItemKeys.Contains(entry.ParentKey))
                {
                    continue;
                }

                var item = entry.HasKey ? entry.Item : Distinct(entry.Item, keyless);
                var attachments = entry.Attachments.Concat(
                    !entry.IsAttachment && index.Children.TryGetValue(item.Key, out var children) ? children : []
                );
                await foreach (var document in ZoteroDocuments.ReadAsync(item, attachments, resolver, seen, cancellationToken))
                {
                    if (document.FileName.Length > 0 || document.Failure is not null || !index.WithFiles.Contains(item.Key))
                    {
                        yield return document;
                    }
                }
            }
        }
    }

    public ValueTask DisposeAsync() => _tree.DisposeAsync();

    /// <summary>
    /// Items without a key share one when title, creators and date agree. Those that agree in everything else as well are one item; the others
    /// are numbered in the order of the file.
    /// </summary>
    private static SourceItem Distinct(SourceItem item, Dictionary<string, List<string>> known)
    {
        var text = string.Join('\u001F', item.Type, item.Abstract, item.PublicationTitle, item.Doi, item.Url);
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
        if (!known.TryGetValue(item.Key, out var fingerprints))
        {
            known[item.Key] = fingerprints = [];
        }

        var number = fingerprints.IndexOf(fingerprint);
        if (number < 0)
        {
            number = fingerprints.Count;
            fingerprints.Add(fingerprint);
        }

        return number == 0 ? item : item with { Key = $"{item.Key}~{number + 1}" };
    }

    private async Task<ExportIndex> IndexAsync(CancellationToken cancellationToken)
    {
        var index = new ExportIndex();
        foreach (var file in _files)
        {
            index.Collections[file.Path] = ZoteroCollections.Empty;
            await foreach (var part in PartsAsync(file, cancellationToken))
            {
                switch (part.Kind)
                {
                    case ZoteroJsonKind.Collections:
                        index.Collections[file.Path] = ZoteroCollections.Read(part.Value);
                        break;
                    case ZoteroJsonKind.Config:
                        index.LinkedBase =
                            part.Value.ValueKind == JsonValueKind.Object && part.Value.TryGetProperty("preferences", out var preferences)
                                ? preferences.Text("baseAttachmentPath")
                                : "";
                        break;
                    default:
                        index.Entries++;
                        index.LooksLikeCsl |= ZoteroJsonShape.IsCsl(part.Value);
                        if (ZoteroEntryReader.Read(part.Value, ZoteroCollections.Empty) is { } entry)
                        {
                            index.Add(entry, attachment => AttachmentPaths.Of(attachment, _baseFolder, _tree.LocalRoot, index.LinkedBase));
                        }

                        break;
                }
            }
        }

        return index switch
        {
            { Entries: 0 } => throw new SourceException(
                $"'{_tree.Location}' holds no items ({Names()}). Export a library or collection that has some."
            ),
            { LooksLikeCsl: true } => throw new SourceException(
                $"{Names()} in '{_tree.Location}' is CSL JSON, which does not name the files. Export from Zotero as 'Better BibTeX JSON' with 'Export Files' ticked."
            ),
            _ => index,
        };
    }

    private string Names() => string.Join(", ", _files.Select(file => $"'{file.Name}'"));

    private async IAsyncEnumerable<ZoteroJsonPart> PartsAsync(TreeFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stream stream;
        try
        {
            stream = file.Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DocumentFailedException)
        {
            throw new SourceException($"'{file.Path}' in '{_tree.Location}' cannot be opened: {e.Message}", e);
        }

        await using (stream)
        {
            await using var parts = ZoteroJsonReader.ReadAsync(stream, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await parts.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (Exception e) when (e is JsonException or IOException or DocumentFailedException)
                {
                    throw new SourceException(
                        $"'{file.Path}' in '{_tree.Location}' is not a Zotero export in JSON, or is incomplete: {e.Message} Export it again.",
                        e
                    );
                }

                yield return parts.Current;
            }
        }
    }
}
