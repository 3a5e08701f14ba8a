using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RagPy.Core.Indexing;

/// <summary>Last bytes of a segment file: counts, where each section lies, and checksums. See docs/architecture/search.md for the layout.</summary>
internal sealed class SegmentFooter
{
    /// <summary>First and last eight bytes of the file; the digits are the format's version.</summary>
    public const ulong Magic = 0x3130_3047_4553_5052; // "RPSEG001"

    /// <summary>Sections begin at multiples of this many bytes.</summary>
    public const int Alignment = 64;

    private const int Words = 5 + 2 * (int)SegmentSection.Count;

    /// <summary>Size of the footer in bytes.</summary>
    public const int Size = (Words + 1) * sizeof(ulong) + sizeof(ulong);

    public required int Dimension { get; init; }

    public required int DocumentCount { get; init; }

    public required int PointCount { get; init; }

    public required int TermCount { get; init; }

    /// <summary>xxHash3 (64 bits) of everything before the footer.</summary>
    public required ulong ContentHash { get; init; }

    /// <summary>Offset and length in bytes of each <see cref="SegmentSection"/>.</summary>
    public required (long Offset, long Length)[] Sections { get; init; }

    /// <summary>Bytes of one quantised vector: the dimension, rounded up so that kernels need no remainder.</summary>
    public int CodeStride => CodeStrideOf(Dimension);

    public static int CodeStrideOf(int dimension) => (dimension + Alignment - 1) / Alignment * Alignment;

    public byte[] ToBytes()
    {
        var words = new ulong[Words + 2];
        words[0] = (ulong)Dimension;
        words[1] = (ulong)DocumentCount;
        words[2] = (ulong)PointCount;
        words[3] = (ulong)TermCount;
        words[4] = ContentHash;
        for (var i = 0; i < Sections.Length; i++)
        {
            words[5 + 2 * i] = (ulong)Sections[i].Offset;
            words[6 + 2 * i] = (ulong)Sections[i].Length;
        }

        words[Words] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(words.AsSpan(0, Words)));
        words[Words + 1] = Magic;
        return MemoryMarshal.AsBytes(words.AsSpan()).ToArray();
    }

    /// <summary>Reads and checks a footer.</summary>
    /// <param name="fileLength">Length of the whole file.</param>
    /// <exception cref="SegmentCorruptException">It is damaged, or names places outside the file.</exception>
    public static SegmentFooter Parse(ReadOnlySpan<byte> bytes, long fileLength)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
        if (words[Words + 1] != Magic || words[Words] != XxHash3.HashToUInt64(MemoryMarshal.AsBytes(words.AsSpan(0, Words))))
        {
            throw new SegmentCorruptException("The segment's footer is damaged.");
        }

        var sections = new (long Offset, long Length)[(int)SegmentSection.Count];
        for (var i = 0; i < sections.Length; i++)
        {
            sections[i] = ((long)words[5 + 2 * i], (long)words[6 + 2 * i]);
            if (sections[i].Offset < 0 || sections[i].Length < 0 || sections[i].Offset > fileLength - Size - sections[i].Length)
            {
                throw new SegmentCorruptException("The segment's footer names a place outside the file.");
            }
        }

        return new SegmentFooter
        {
            Dimension = (int)words[0],
            DocumentCount = (int)words[1],
            PointCount = (int)words[2],
            TermCount = (int)words[3],
            ContentHash = words[4],
            Sections = sections,
        };
    }
}
