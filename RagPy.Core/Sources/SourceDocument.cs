using RagPy.Core.Pipeline;

namespace RagPy.Core.Sources;

/// <summary>One bibliographic item with at most one of its files: the unit that becomes a document.</summary>
/// <param name="Key">Identity within the project, stable from export to export: <c>library/item/attachment</c> for Zotero, <c>sha256:…</c> for a loose file.</param>
/// <param name="Item">The item; documents of one item share its <see cref="SourceItem.Key"/>.</param>
/// <param name="File">The file, or null when the item has none that can be used.</param>
/// <param name="Failure">Why the attachment cannot be used (<c>missing_file</c>, <c>unsupported_type</c>); null for an item that simply has no file.</param>
/// <param name="FileName">Last component of the attachment's path, also when the file is missing; empty when there is no attachment.</param>
/// <param name="Path">The attachment's path as the source names it, for people and exports.</param>
/// <param name="AttachmentTitle">Title of the attachment, e.g. <c>Full Text PDF</c>.</param>
public sealed record SourceDocument(
    string Key,
    SourceItem Item,
    SourceFile? File,
    Failure? Failure = null,
    string FileName = "",
    string Path = "",
    string AttachmentTitle = ""
);
