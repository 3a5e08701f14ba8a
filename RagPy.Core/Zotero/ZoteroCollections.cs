using System.Text.Json;

namespace RagPy.Core.Zotero;

/// <summary>Names of the collections that hold an item, from the <c>collections</c> of a Better BibTeX export (a map by key, or nested lists).</summary>
internal sealed class ZoteroCollections
{
    /// <summary>Deepest nesting followed; also ends a collection that is its own ancestor.</summary>
    private const int MaxDepth = 32;

    private readonly Dictionary<string, (string Name, string Parent)> _collections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _byItem = new(StringComparer.Ordinal);

    public static ZoteroCollections Empty { get; } = new();

    /// <summary>Reads the map.</summary>
    public static ZoteroCollections Read(JsonElement collections)
    {
        var read = new ZoteroCollections();
        read.Add(collections, "", 0);

        return read;
    }

    /// <summary>Adds one collection with the items it lists, by <c>itemID</c> or key.</summary>
    public void Add(string key, string name, string parent) => _collections.TryAdd(key, (name, parent));

    /// <summary>Full names, <c>Parent/Child</c>, sorted, of the collections that list the item by one of its ids or that the item itself names.</summary>
    public IReadOnlyList<string> NamesOf(IEnumerable<string> itemIds, IEnumerable<string> collectionKeys)
    {
        var keys = itemIds.SelectMany(id => _byItem.TryGetValue(id, out var found) ? found : []).Concat(collectionKeys);

        return [.. keys.Select(Name).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private void Add(JsonElement collections, string parent, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        IEnumerable<(string Key, JsonElement Value)> members = collections.ValueKind switch
        {
            JsonValueKind.Object => collections.EnumerateObject().Select(member => (member.Name, member.Value)),
            JsonValueKind.Array => collections.EnumerateArray().Select(value => ("", value)),
            _ => [],
        };
        foreach (var (memberKey, value) in members)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            // A list within a collection holds its children; where it holds their keys only, each child names its parent itself.
            var name = JsonText.Line(value.FirstText("name", "collectionName"));
            var key =
                value.Text("key") is { Length: > 0 } own ? own
                : memberKey.Length > 0 ? memberKey
                : $"{parent}/{name}";
            Add(key, name, parent.Length > 0 ? parent : value.Text("parent"));
            foreach (var item in value.Elements("items"))
            {
                var id = item.ValueKind == JsonValueKind.Object ? item.FirstText("itemID", "key", "itemKey") : item.AsText();
                if (!_byItem.TryGetValue(id, out var holding))
                {
                    _byItem[id] = holding = [];
                }

                holding.Add(key);
            }

            if (value.TryGetProperty("collections", out var children))
            {
                Add(children, key, depth + 1);
            }
        }
    }

    private string Name(string key)
    {
        var parts = new List<string>();
        for (var depth = 0; depth < MaxDepth && _collections.TryGetValue(key, out var collection); depth++)
        {
            parts.Add(collection.Name);
            key = collection.Parent;
        }

        parts.Reverse();

        return string.Join('/', parts.Where(part => part.Length > 0));
    }
}
