using System.Text.RegularExpressions;

namespace RagPy.Core.Zotero;

/// <summary>Links that open an item in Zotero on the reader's own machine (<c>zotero://select</c>).</summary>
public static partial class ZoteroLink
{
    /// <summary>The link of an item, null when its key is not one that Zotero gives.</summary>
    /// <param name="key">Eight capitals and digits.</param>
    /// <param name="library"><c>groups/456</c> for a group's library; anything else is the person's own.</param>
    public static string? Of(string key, string library) =>
        !Key().IsMatch(key) ? null
        : Group().IsMatch(library) ? $"zotero://select/{library}/items/{key}"
        : $"zotero://select/library/items/{key}";

    [GeneratedRegex(@"^[A-Z0-9]{8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"^groups/[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Group();
}
