using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace RagPy.Core.Embedding;

/// <summary>Vectors of one answer, by position of their text, and the tokens it was charged with.</summary>
/// <param name="Vectors">One for each text; null where the answer has none.</param>
/// <param name="Tokens">Null when the provider does not say.</param>
internal sealed record EmbeddingAnswer(float[]?[] Vectors, long? Tokens)
{
    /// <summary>
    /// Reads <c>{"data":[{"index":0,"embedding":[…]}],"usage":{"prompt_tokens":n}}</c> as OpenAI and Mistral send it, where a vector may also be base64 of
    /// little-endian 32-bit floats (<c>encoding_format</c>), or Ollama's <c>{"embeddings":[[…]],"prompt_eval_count":n}</c>.
    /// </summary>
    /// <param name="count">Number of texts asked for.</param>
    /// <exception cref="JsonException">It is none of these, or broken off.</exception>
    public static EmbeddingAnswer Read(ReadOnlySpan<byte> json, int count)
    {
        var vectors = new float[]?[count];
        long? tokens = null;
        var reader = new Utf8JsonReader(json);
        Expect(ref reader, JsonTokenType.StartObject);
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                ReadData(ref reader, vectors);
            }
            else if (reader.ValueTextEquals("embeddings"u8))
            {
                ReadPlain(ref reader, vectors);
            }
            else if (reader.ValueTextEquals("usage"u8))
            {
                tokens = ReadUsage(ref reader) ?? tokens;
            }
            else if (reader.ValueTextEquals("prompt_eval_count"u8))
            {
                Expect(ref reader, JsonTokenType.Number);
                tokens = reader.GetInt64();
            }
            else
            {
                Skip(ref reader);
            }
        }

        return new EmbeddingAnswer(vectors, tokens);
    }

    private static void ReadData(ref Utf8JsonReader reader, float[]?[] vectors)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        for (var position = 0; Next(ref reader) == JsonTokenType.StartObject; position++)
        {
            float[]? vector = null;
            var index = position;
            while (Next(ref reader) == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("embedding"u8))
                {
                    vector = ReadVector(ref reader);
                }
                else if (reader.ValueTextEquals("index"u8))
                {
                    Expect(ref reader, JsonTokenType.Number);
                    index = reader.GetInt32();
                }
                else
                {
                    Skip(ref reader);
                }
            }

            if (index < 0 || index >= vectors.Length || vectors[index] is not null)
            {
                throw new JsonException("An embedding has an index that no text has, or that another has.");
            }

            vectors[index] = vector;
        }
    }

    private static void ReadPlain(ref Utf8JsonReader reader, float[]?[] vectors)
    {
        Expect(ref reader, JsonTokenType.StartArray);
        for (var index = 0; Next(ref reader) == JsonTokenType.StartArray; index++)
        {
            if (index >= vectors.Length)
            {
                throw new JsonException("There are more embeddings than texts.");
            }

            vectors[index] = ReadNumbers(ref reader);
        }
    }

    private static float[]? ReadVector(ref Utf8JsonReader reader) =>
        Next(ref reader) switch
        {
            JsonTokenType.StartArray => ReadNumbers(ref reader),
            JsonTokenType.String => ReadBase64(ref reader),
            JsonTokenType.Null => null,
            _ => throw new JsonException("An embedding is neither numbers nor base64."),
        };

    private static float[] ReadNumbers(ref Utf8JsonReader reader)
    {
        var numbers = new List<float>(1024);
        while (Next(ref reader) == JsonTokenType.Number)
        {
            numbers.Add(reader.GetSingle());
        }

        return reader.TokenType == JsonTokenType.EndArray
            ? [.. numbers]
            : throw new JsonException("An embedding has a component that is no number.");
    }

    private static float[] ReadBase64(ref Utf8JsonReader reader)
    {
        var text = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            // A slash may be written as \/.
            text = System.Text.Encoding.UTF8.GetBytes(reader.GetString()!);
        }

        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out _, out var written) != OperationStatus.Done || written % sizeof(float) != 0)
        {
            throw new JsonException("An embedding is no base64 of 32-bit floats.");
        }

        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(0, written)).ToArray();
    }

    private static long? ReadUsage(ref Utf8JsonReader reader)
    {
        if (Next(ref reader) != JsonTokenType.StartObject)
        {
            return null;
        }

        long? tokens = null;
        while (Next(ref reader) == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8))
            {
                tokens = Next(ref reader) == JsonTokenType.Number ? reader.GetInt64() : null;
            }
            else
            {
                Skip(ref reader);
            }
        }

        return tokens;
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw new JsonException("The answer breaks off.");

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (Next(ref reader) != type)
        {
            throw new JsonException($"Expected {type}, not {reader.TokenType}.");
        }
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        Next(ref reader);
        reader.Skip();
    }
}
