using System.Buffers;

namespace RagPy.Core.Embedding;

/// <summary>
/// Compact bytes of a <see cref="SparseVector"/>: number of terms, then for each term the difference to the one before and the count,
/// each as a base-128 varint (LEB128). The length is the sum of the counts.
/// </summary>
public static class SparseVectorCodec
{
    private const int MaxVarint = 5;

    /// <summary>Encodes a vector.</summary>
    public static byte[] Encode(SparseVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        var buffer = ArrayPool<byte>.Shared.Rent((2 * vector.Terms.Length + 1) * MaxVarint);
        try
        {
            var length = Write(buffer, 0, (uint)vector.Terms.Length);
            var previous = 0u;
            for (var i = 0; i < vector.Terms.Length; i++)
            {
                length = Write(buffer, length, vector.Terms[i] - previous);
                length = Write(buffer, length, (uint)vector.Counts[i]);
                previous = vector.Terms[i];
            }

            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Decodes what <see cref="Encode"/> gave.</summary>
    /// <exception cref="FormatException">The bytes are not an encoded vector.</exception>
    public static SparseVector Decode(ReadOnlySpan<byte> bytes)
    {
        var count = Read(ref bytes);
        if (count > (uint)bytes.Length)
        {
            throw new FormatException("The sparse vector announces more terms than it has bytes.");
        }

        var terms = new uint[count];
        var counts = new int[count];
        var (term, length) = (0u, 0);
        for (var i = 0; i < terms.Length; i++)
        {
            term += Read(ref bytes);
            terms[i] = term;
            counts[i] = (int)Read(ref bytes);
            length += counts[i];
        }

        return bytes.IsEmpty ? new SparseVector(terms, counts, length) : throw new FormatException("Bytes follow the sparse vector.");
    }

    private static int Write(byte[] buffer, int position, uint value)
    {
        while (value >= 0x80)
        {
            buffer[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[position++] = (byte)value;
        return position;
    }

    private static uint Read(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0u;
        for (var i = 0; i < MaxVarint && i < bytes.Length; i++)
        {
            value |= (uint)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("The sparse vector ends within a number.");
    }
}
