using System.Text.Json;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>
/// Reads one element of an items array, as Zotero, Better BibTeX or the web API (<c>{"key","library","data":{…}}</c>) writes it. No element
/// is refused for what it lacks: nulls, numbers, names in one field and unknown members are all met in real libraries.
/// </summary>
internal static class ZoteroEntryReader
{
    /// <summary>Types that hold no bibliographic data of their own.</summary>
    private static readonly HashSet<string> s_skipped = new(["note", "annotation"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The entry, or null for notes, annotations, what lies in the bin, and what is no object.</summary>
    public static ZoteroEntry? Read(JsonElement element, ZoteroCollections collections)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var library = WebLibrary(element);
        var outerKey = element.Text("key");
        if (element.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            element = data;
        }

        var type = element.Text("itemType");
        if (s_skipped.Contains(type) || element.Text("deleted") is "1" or "true")
        {
            return null;
        }

        var (uriLibrary, key) = Identity(element, outerKey);
        library = library.Length > 0 ? library : uriLibrary;

        return string.Equals(type, "attachment", StringComparison.OrdinalIgnoreCase)
            ? ReadAttachmentEntry(element, library, key, collections)
            : ReadItem(element, type, library, key, collections);
    }

    private static ZoteroEntry ReadItem(JsonElement element, string type, string library, string key, ZoteroCollections collections)
    {
        var item = ZoteroFields.Read(type, name => element.Text(name)) with
        {
            Creators = Creators(element),
            Library = library,
            ZoteroKey = key,
        };
        item = item with
        {
            Key = ZoteroIdentity.ItemKey(library, key.Length > 0 ? key : ZoteroIdentity.ContentKey(item)),
            Tags = Tags(element),
            Collections = CollectionNames(element, key, collections),
        };
        var attachments = element.Elements("attachments").Select(ReadAttachment).OfType<ZoteroAttachment>();

        return new ZoteroEntry(item, [.. attachments], HasKey: key.Length > 0);
    }

    /// <summary>An attachment listed as an item: a child of <c>parentItem</c>, or a document of its own.</summary>
    private static ZoteroEntry? ReadAttachmentEntry(JsonElement element, string library, string key, ZoteroCollections collections)
    {
        if (ReadAttachment(element) is not { } attachment)
        {
            return null;
        }

        attachment = attachment with { Key = key.Length > 0 ? key : attachment.Key };
        var parent = element.FirstText("parentItem", "parentItemKey", "parentKey");

        return new ZoteroEntry(
            Standalone(ZoteroFields.Read("attachment", name => element.Text(name)), library, attachment) with
            {
                Tags = Tags(element),
                Collections = CollectionNames(element, key, collections),
            },
            [attachment],
            IsAttachment: true,
            ParentKey: parent.Length > 0 ? ZoteroIdentity.ItemKey(library, parent) : "",
            HasKey: attachment.Key.Length > 0
        );
    }

    /// <summary>The item that an attachment without parent makes: titled by itself or by its file.</summary>
    public static SourceItem Standalone(SourceItem fields, string library, ZoteroAttachment attachment) =>
        fields with
        {
            Key = ZoteroIdentity.ItemKey(library, attachment.Identity),
            ZoteroKey = attachment.Key,
            Library = library,
            Title = fields.Title.Length > 0 ? fields.Title : Path.GetFileNameWithoutExtension(attachment.FileName),
        };

    private static ZoteroAttachment? ReadAttachment(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (element.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            element = data;
        }

        var path = element.FirstText("path", "localPath");
        var stored = element.Text("filename");
        var contentType = element.FirstText("contentType", "mimeType").ToLowerInvariant();
        var linkMode = element.Text("linkMode");
        var expectsFile =
            path.Length > 0
            || stored.Length > 0
            || contentType == "application/pdf"
            || linkMode is "imported_file" or "imported_url" or "linked_file" or "0" or "1" or "2"
            || element.TryGetProperty("path", out _);
        var key = Identity(element, "").Key;

        return new ZoteroAttachment
        {
            Key = key.Length > 0 ? key : ZoteroIdentity.FromStoragePath(path),
            Title = JsonText.Line(element.Text("title")),
            Path = path,
            StoredName = stored,
            ContentType = contentType,
            IsLink = !expectsFile || linkMode is "linked_url" or "embedded_image" or "3" or "4",
        };
    }

    private static (string Library, string Key) Identity(JsonElement element, string outerKey)
    {
        var key = outerKey.Length > 0 ? outerKey : element.FirstText("key", "itemKey");
        var (library, uriKey) = ZoteroIdentity.FromUri(element.Text("uri"));
        if (library.Length == 0)
        {
            (library, uriKey) = ZoteroIdentity.FromSelect(element.Text("select"));
        }

        return (library, key.Length > 0 ? key : uriKey);
    }

    private static string WebLibrary(JsonElement element)
    {
        if (!element.TryGetProperty("library", out var library) || library.Text("id") is not { Length: > 0 } id)
        {
            return "";
        }

        return library.Text("type") switch
        {
            "user" or "users" => "users/" + id,
            "group" or "groups" => "groups/" + id,
            _ => "",
        };
    }

    private static List<Creator> Creators(JsonElement element)
    {
        var creators = new List<Creator>();
        foreach (var entry in element.Elements("creators"))
        {
            var role = entry.Text("creatorType") is { Length: > 0 } given ? given : "author";
            var family = JsonText.Line(entry.ValueKind == JsonValueKind.String ? entry.AsText() : entry.FirstText("lastName", "name"));
            var first = JsonText.Line(entry.Text("firstName"));
            if (family.Length > 0 || first.Length > 0)
            {
                creators.Add(new Creator(role, family, first));
            }
        }

        return creators;
    }

    private static string[] Tags(JsonElement element) =>
        [
            .. element
                .Elements("tags")
                .Select(tag => tag.ValueKind == JsonValueKind.Object ? tag.FirstText("tag", "name") : tag.AsText())
                .Where(tag => tag.Length > 0)
                .Distinct(StringComparer.Ordinal),
        ];

    private static IReadOnlyList<string> CollectionNames(JsonElement element, string key, ZoteroCollections collections) =>
        collections.NamesOf(
            new[] { element.Text("itemID"), key }.Where(id => id.Length > 0),
            element.Elements("collections").Select(JsonText.AsText)
        );
}
