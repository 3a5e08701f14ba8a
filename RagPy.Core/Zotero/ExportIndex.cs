using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>
/// What must be known of an export before its first document: which collections there are, which attachments are listed apart from their items,
/// and which paths are named. A few hundred bytes for each attachment; the items themselves are not kept.
/// </summary>
internal sealed class ExportIndex
{
    /// <summary>Entries of the arrays, whatever they are.</summary>
    public int Entries { get; set; }

    /// <summary>Whether an entry looks like CSL JSON, which names no files.</summary>
    public bool LooksLikeCsl { get; set; }

    /// <summary>Collections of each file.</summary>
    public Dictionary<string, ZoteroCollections> Collections { get; } = new(StringComparer.Ordinal);

    /// <summary>Better BibTeX's base folder of linked attachments.</summary>
    public string LinkedBase { get; set; } = "";

    /// <summary>Keys of the items, so that attachments without theirs are told apart.</summary>
    public HashSet<string> ItemKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys of items that have attachments somewhere in the export, in case an item is listed twice.</summary>
    public HashSet<string> WithFiles { get; } = new(StringComparer.Ordinal);

    /// <summary>Attachments listed as entries of their own, by their parent's key.</summary>
    public Dictionary<string, List<ZoteroAttachment>> Children { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths that attachments name, in the form of <see cref="PathMatcher.Composed"/>.</summary>
    public HashSet<string> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes an entry into account.</summary>
    /// <param name="candidates">Where an attachment's file may lie.</param>
    public void Add(ZoteroEntry entry, Func<ZoteroAttachment, IReadOnlyList<string>> candidates)
    {
        foreach (var attachment in entry.Attachments.Where(attachment => !attachment.IsLink))
        {
            Named.UnionWith(candidates(attachment).Select(PathMatcher.Composed));
        }

        if (!entry.IsAttachment)
        {
            ItemKeys.Add(entry.Item.Key);
            if (entry.HasKey && entry.Attachments.Any(attachment => !attachment.IsLink))
            {
                WithFiles.Add(entry.Item.Key);
            }
        }
        else if (entry.ParentKey.Length > 0)
        {
            if (!Children.TryGetValue(entry.ParentKey, out var children))
            {
                Children[entry.ParentKey] = children = [];
            }

            children.Add(entry.Attachments[0]);
            if (!entry.Attachments[0].IsLink)
            {
                WithFiles.Add(entry.ParentKey);
            }
        }
    }
}
