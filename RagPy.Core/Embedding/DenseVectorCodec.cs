using System.Buffers.Binary;

namespace RagPy.Core.Embedding;

/// <summary>Bytes of a dense vector as PostgreSQL keeps it: 32-bit floats, little-endian.</summary>
public static class DenseVectorCodec
{
    /// <summary>Encodes a vector.</summary>
    public static byte[] Encode(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return bytes;
    }

    /// <summary>Decodes what <see cref="Encode"/> gave.</summary>
    /// <exception cref="FormatException">The length is not a multiple of four.</exception>
    public static float[] Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % sizeof(float) != 0)
        {
            throw new FormatException("A dense vector has four bytes for each component.");
        }

        var vector = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return vector;
    }
}
