using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>Keys of items and attachments, the same for a library however it is brought in (DESIGN §3.1).</summary>
internal static partial class ZoteroIdentity
{
    /// <summary><c>library/item</c>; <c>/item</c> when the library is not known.</summary>
    public static string ItemKey(string library, string key) => $"{library}/{key}";

    /// <summary><c>library/item/attachment</c>.</summary>
    public static string DocumentKey(SourceItem item, ZoteroAttachment attachment) => $"{item.Key}/{attachment.Identity}";

    /// <summary>Library and item key in <c>http://zotero.org/users/123/items/KEY</c>, also for groups and libraries that were never synchronised.</summary>
    public static (string Library, string Key) FromUri(string uri) =>
        Uri().Match(uri) is { Success: true } match
            ? (match.Groups["library"].Value.ToLowerInvariant() + match.Groups["id"].Value, match.Groups["key"].Value)
            : ("", "");

    /// <summary>Library and item key in <c>zotero://select/library/items/KEY</c>; the personal library's number is not in it.</summary>
    public static (string Library, string Key) FromSelect(string link) =>
        Select().Match(link) is { Success: true } match
            ? (match.Groups["group"].Value.ToLowerInvariant(), match.Groups["key"].Value)
            : ("", "");

    /// <summary>The attachment's key in a path of Zotero's storage folder, <c>…/storage/KEY/name</c>, or empty.</summary>
    public static string FromStoragePath(string path) => StoragePath().Match(path.Replace('\\', '/')).Groups["key"].Value;

    /// <summary>
    /// A name for an item without key: 128 bits of the SHA-256 of title, creators and date, so that the same item is found again in the next
    /// export of the same reference manager.
    /// </summary>
    public static string ContentKey(SourceItem item)
    {
        var text = string.Join('\u001F', [item.Title, .. item.Creators.Select(creator => creator.ToString()), item.Date]);

        return "content-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    [GeneratedRegex(
        @"zotero\.org/(?<library>users/local/|users/|groups/)(?<id>[A-Za-z0-9]+)/items/(?<key>[A-Za-z0-9]+)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Uri();

    [GeneratedRegex(
        @"^zotero://select/(?:library/|(?<group>groups/[0-9]+)/)?items/(?:[0-9]+_)?(?<key>[A-Za-z0-9]+)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Select();

    [GeneratedRegex(@"(?:^|/)storage/(?<key>[A-Z0-9]{8})/[^/]+$")]
    private static partial Regex StoragePath();
}
