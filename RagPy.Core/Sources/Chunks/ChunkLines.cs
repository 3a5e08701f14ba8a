using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace RagPy.Core.Sources.Chunks;

/// <summary>
/// A document in chunks as a file of its own, so that it is stored, told from others by its hash and read again as any file is: JSON lines, first
/// <c>{"format":"ragpy-chunks/1","model":…}</c>, then a line <c>{"text":…,"vector":…}</c> for each chunk in order. <c>model</c> names what made the vectors, whose
/// 32-bit little-endian floats are in base64; neither is there without vectors.
/// </summary>
internal static class ChunkLines
{
    private const string Format = "ragpy-chunks/1";

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The first line.</summary>
    /// <param name="model">Null when no chunk has a vector.</param>
    public static byte[] Head(string? model)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(line, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("format", Format);
            if (model is not null)
            {
                writer.WriteString("model", model);
            }

            writer.WriteEndObject();
        }

        line.Write("\n"u8);

        return line.WrittenSpan.ToArray();
    }

    /// <summary>Writes the line of a chunk.</summary>
    public static void Write(ArrayBufferWriter<byte> line, string text, ReadOnlySpan<byte> vector)
    {
        using (var writer = new Utf8JsonWriter(line, s_options))
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            if (!vector.IsEmpty)
            {
                writer.WriteBase64String("vector", vector);
            }

            writer.WriteEndObject();
        }

        line.Write("\n"u8);
    }

    /// <summary>Reads a file of lines, one at a time.</summary>
    /// <returns>For each chunk its text, its vector and what made it; both null when it has none.</returns>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static async IAsyncEnumerable<(string Text, byte[]? Vector, string? Model)> ReadAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var stream = File.OpenRead(path);
        await foreach (var line in ReadAsync(stream, cancellationToken))
        {
            yield return line;
        }
    }

    /// <summary>The same from a stream.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public static async IAsyncEnumerable<(string Text, byte[]? Vector, string? Model)> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        string? model = null;
        for (var number = 0; await reader.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            using var json = JsonDocument.Parse(line);
            if (number == 0)
            {
                model = HeadOf(json.RootElement);
                continue;
            }

            var vector = json.RootElement.TryGetProperty("vector", out var value) ? value.GetBytesFromBase64() : null;
            yield return (json.RootElement.GetProperty("text").GetString()!, vector, vector is null ? null : model);
        }
    }

    private static string? HeadOf(JsonElement head) =>
        head.TryGetProperty("format", out var format) && format.GetString() == Format
            ? head.TryGetProperty("model", out var model)
                ? model.GetString()
                : null
            : throw new InvalidDataException($"A document's chunks are not in the form {Format}.");
}
