using System.Text.Json;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>Reads the JSON files of a model's folder, of which any may be missing.</summary>
internal static class JsonFile
{
    /// <summary>The file's root; an undefined element when there is no such file.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonElement Read(params ReadOnlySpan<string> path)
    {
        var file = Path.Combine(path);
        if (!File.Exists(file))
        {
            return default;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return document.RootElement.Clone();
    }

    /// <summary>A property; an undefined element when there is none.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A text, also of an object that has it as <c>content</c>; null when it is none.</summary>
    public static string? Text(this JsonElement element, string name)
    {
        var value = element.Get(name);
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Object => value.Text("content"),
            _ => null,
        };
    }

    /// <summary>A whole number above 0 that an <see cref="int"/> holds; null when it is none.</summary>
    public static int? Number(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0 ? number : null;

    /// <summary>Null when it is neither true nor false.</summary>
    public static bool? Flag(this JsonElement element, string name) =>
        element.Get(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>The elements of an array; none when it is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];
}
