using System.Text.Json;

namespace RagPy.Core.Zotero;

/// <summary>Tells the JSON files of a library from others by what their first item looks like.</summary>
internal static class ZoteroJsonShape
{
    /// <summary>Items looked at; the first ones may be notes or damaged.</summary>
    private const int MaxItems = 50;

    /// <summary>Whether the stream holds an items array with at least one entry that Zotero could have written.</summary>
    public static bool IsExport(Stream stream)
    {
        try
        {
            var looked = 0;
            foreach (var part in ZoteroJsonReader.Read(stream))
            {
                if (part.Kind == ZoteroJsonKind.Item && (IsZotero(part.Value) || IsCsl(part.Value)))
                {
                    return true;
                }

                if (part.Kind == ZoteroJsonKind.Item && ++looked == MaxItems)
                {
                    return false;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON, or of another shape: some other program's file, which is for the caller to say if nothing better is found.
        }

        return false;
    }

    /// <summary>Whether an entry is CSL JSON: <c>type</c> where Zotero says <c>itemType</c>, names by <c>family</c>, a structured date.</summary>
    public static bool IsCsl(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && !IsZotero(item)
        && item.TryGetProperty("type", out _)
        && (item.TryGetProperty("issued", out _) || item.TryGetProperty("author", out _) || item.TryGetProperty("citation-key", out _));

    private static bool IsZotero(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && (
            item.TryGetProperty("itemType", out _)
            || item.TryGetProperty("attachments", out _)
            || item.TryGetProperty("creators", out _)
            || (
                item.TryGetProperty("data", out var data)
                && data.ValueKind == JsonValueKind.Object
                && data.TryGetProperty("itemType", out _)
            )
        );
}
