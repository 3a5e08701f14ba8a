using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>Text out of JSON that follows no schema: numbers where text is due, nulls, markup, broken escapes.</summary>
internal static partial class JsonText
{
    /// <summary>The named member as trimmed text: numbers and booleans as written, an array of texts as lines, everything else empty.</summary>
    public static string Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.AsText() : "";

    /// <summary>The first of several members that is not empty.</summary>
    public static string FirstText(this JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (element.Text(name) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return "";
    }

    /// <summary>The elements of the named array; also the members of a map of objects, or a single object where a list is due.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray(),
            JsonValueKind.Object when value.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.Object) => value
                .EnumerateObject()
                .Select(member => member.Value),
            JsonValueKind.Object => [value],
            _ => [],
        };
    }

    /// <summary>A value as trimmed text.</summary>
    public static string AsText(this JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => UnicodeText.WellFormed(Unescape(value)).Trim(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.Array => string.Join("\n", value.EnumerateArray().Where(IsScalar).Select(AsText)),
            _ => "",
        };

    /// <summary>
    /// A title as people read it: Zotero's inline markup (<c>&lt;i&gt;</c>, <c>&lt;sub&gt;</c>, …) and JATS tags removed, entities decoded,
    /// one line. Anything else between angle brackets stays: <c>p &lt; 0.05 and n &gt; 3</c> is text.
    /// </summary>
    public static string Line(string text) => Spaces().Replace(Plain(text), " ").Trim();

    /// <summary>As <see cref="Line"/>, with its line breaks.</summary>
    public static string Plain(string text)
    {
        var plain = Markup().Replace(text, match => match.Groups["block"].Success ? "\n" : "");

        return plain.Contains('&', StringComparison.Ordinal) ? UnicodeText.WellFormed(WebUtility.HtmlDecode(plain)).Trim() : plain.Trim();
    }

    private static bool IsScalar(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number;

    /// <summary>JSON may escape half a surrogate pair, which the reader refuses to turn into a string.</summary>
    private static string Unescape(JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return Escape()
                .Replace(
                    value.GetRawText()[1..^1],
                    match =>
                        match.Value[1] switch
                        {
                            'u' => (
                                (char)ushort.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                            ).ToString(),
                            'n' => "\n",
                            'r' => "\r",
                            't' => "\t",
                            'b' => "\b",
                            'f' => "\f",
                            var c => c.ToString(),
                        }
                );
        }
    }

    [GeneratedRegex(@"\\(?:u[0-9a-fA-F]{4}|.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();

    [GeneratedRegex(
        @"</?(?:(?<block>p|br|div|li|ul|ol|h[1-6]|jats:(?:p|sec|title|list|list-item))|i|b|u|em|strong|sub|sup|span|sc|small|tt|code|a|jats:[a-z-]+)(?:\s[^<>]*)?\s*/?>",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
