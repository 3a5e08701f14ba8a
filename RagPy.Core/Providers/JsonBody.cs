using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RagPy.Core.Providers;

/// <summary>Bodies of requests: a JSON object, written once and sent with each try.</summary>
internal static class JsonBody
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    /// <summary>Writes an object.</summary>
    /// <param name="write">Writes its properties.</param>
    /// <param name="size">Bytes it will have, roughly.</param>
    /// <returns>Makes the body of a try.</returns>
    public static Func<HttpContent> Of(Action<Utf8JsonWriter> write, int size)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var body = buffer.WrittenMemory;
        return () =>
        {
            var content = new ReadOnlyMemoryContent(body);
            content.Headers.ContentType = s_json;
            return content;
        };
    }
}
