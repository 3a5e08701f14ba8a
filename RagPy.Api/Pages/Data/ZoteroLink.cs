using System.Text.RegularExpressions;
using RagPy.Core.Search;

namespace RagPy.Api.Pages.Data;

/// <summary>Links that open an item in Zotero on the visitor's machine.</summary>
internal static partial class ZoteroLink
{
    /// <summary>The link of an item, null when its key is not one of Zotero's.</summary>
    public static string? Of(ItemReference item) => Of(item.Key, "");

    /// <param name="library"><c>groups/456</c>, or the person's own library in any other spelling.</param>
    public static string? Of(string key, string library) =>
        !Key().IsMatch(key) ? null
        : library.StartsWith("groups/", StringComparison.Ordinal) ? $"zotero://select/{library}/items/{key}"
        : $"zotero://select/library/items/{key}";

    [GeneratedRegex("^[A-Z0-9]{8}$", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
