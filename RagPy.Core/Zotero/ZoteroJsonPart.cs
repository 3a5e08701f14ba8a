using System.Text.Json;

namespace RagPy.Core.Zotero;

/// <summary>What a value of a Zotero JSON file is.</summary>
internal enum ZoteroJsonKind
{
    /// <summary>An element of the items array.</summary>
    Item,

    /// <summary>The <c>collections</c> map of a Better BibTeX export.</summary>
    Collections,

    /// <summary>The <c>config</c> object of a Better BibTeX export.</summary>
    Config,
}

/// <summary>One value of a Zotero JSON file, valid until the next one is asked for.</summary>
internal readonly record struct ZoteroJsonPart(ZoteroJsonKind Kind, JsonElement Value);
