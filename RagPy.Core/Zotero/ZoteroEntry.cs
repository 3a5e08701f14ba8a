using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>An entry of a library: a bibliographic item with its attachments, or an attachment of its own.</summary>
/// <param name="Item">The item; of an attachment entry, the item it makes when it has no parent.</param>
/// <param name="Attachments">Attachments that the entry itself lists; for an attachment entry, that one.</param>
/// <param name="IsAttachment">Whether the entry is an attachment.</param>
/// <param name="ParentKey">Item key (with library) of the attachment's parent, or empty.</param>
/// <param name="HasKey">Whether Zotero gave the entry a key; without one it is named by its content.</param>
internal sealed record ZoteroEntry(
    SourceItem Item,
    IReadOnlyList<ZoteroAttachment> Attachments,
    bool IsAttachment = false,
    string ParentKey = "",
    bool HasKey = true
);
