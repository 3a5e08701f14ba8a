using System.Buffers.Binary;
using System.Text;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>
/// Writes a Unigram model as a SentencePiece file (google/sentencepiece, <c>sentencepiece_model.proto</c>; wire format of Protocol Buffers), so that the tokens of a
/// <c>tokenizer.json</c> are found by the tokenizer that reads such files. Tokens keep their numbers.
/// </summary>
internal static class SentencePieceModel
{
    private const int Normal = 1;
    private const int UnknownType = 2;
    private const int Control = 3;

    /// <summary>Writes a model.</summary>
    /// <param name="pieces">Tokens by their number, with the logarithm of their likelihood.</param>
    /// <param name="unknown">Number of the token for what no other stands for.</param>
    /// <param name="special">Tokens that no text has.</param>
    /// <param name="charsMap">Map of characters to apply first; empty for none.</param>
    /// <param name="beginsWithSpace">A text is divided as if a space stood before it.</param>
    public static byte[] Write(
        IEnumerable<(string Piece, float Score)> pieces,
        int unknown,
        IReadOnlySet<string> special,
        byte[] charsMap,
        bool beginsWithSpace
    )
    {
        var model = new MemoryStream();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (piece, score) in pieces)
        {
            var id = ids.Count;
            ids.Add(piece, id);
            Field(
                model,
                1,
                Piece(
                    piece,
                    score,
                    id == unknown ? UnknownType
                        : special.Contains(piece) ? Control
                        : Normal
                )
            );
        }

        Field(model, 2, Trainer(ids, unknown));
        Field(model, 3, Normalizer(charsMap, beginsWithSpace));
        return model.ToArray();
    }

    private static byte[] Piece(string piece, float score, int type)
    {
        var message = new MemoryStream();
        Field(message, 1, Encoding.UTF8.GetBytes(piece));
        Span<byte> number = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, score);
        Varint(message, (2 << 3) | 5);
        message.Write(number);
        Field(message, 3, type);
        return message.ToArray();
    }

    private static byte[] Trainer(Dictionary<string, int> ids, int unknown)
    {
        const int unigram = 1;
        var message = new MemoryStream();
        Field(message, 3, unigram);
        Field(message, 40, unknown);
        Field(message, 41, ids.GetValueOrDefault("<s>", -1));
        Field(message, 42, ids.GetValueOrDefault("</s>", -1));
        Field(message, 43, ids.GetValueOrDefault("<pad>", -1));
        Field(message, 45, Encoding.UTF8.GetBytes(ids.Single(i => i.Value == unknown).Key));
        return message.ToArray();
    }

    private static byte[] Normalizer(byte[] charsMap, bool beginsWithSpace)
    {
        var message = new MemoryStream();
        Field(message, 1, Encoding.UTF8.GetBytes(charsMap.Length > 0 ? "precompiled" : "identity"));
        Field(message, 2, charsMap);
        Field(message, 3, beginsWithSpace ? 1 : 0);
        Field(message, 4, 1);
        Field(message, 5, 1);
        return message.ToArray();
    }

    private static void Field(MemoryStream message, int number, int value)
    {
        Varint(message, (ulong)number << 3);
        Varint(message, (ulong)(long)value);
    }

    private static void Field(MemoryStream message, int number, ReadOnlySpan<byte> value)
    {
        Varint(message, ((ulong)number << 3) | 2);
        Varint(message, (ulong)value.Length);
        message.Write(value);
    }

    private static void Varint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message.WriteByte((byte)(value | 0x80));
        }

        message.WriteByte((byte)value);
    }
}
