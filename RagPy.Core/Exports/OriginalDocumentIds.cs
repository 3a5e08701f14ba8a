namespace RagPy.Core.Exports;

/// <summary>
/// The original numbers documents with random 12-digit decimals. Ours is 10¹¹ + (the document's UUID, read as a 128-bit big-endian number,
/// modulo 9·10¹¹): the same document has the same number in every export. Two documents of one export that meet (odds about n²/1.8·10¹²:
/// 0.6 in a million for 1,000 documents) are told apart by giving the later one the next free number.
/// </summary>
internal sealed class OriginalDocumentIds
{
    private const long First = 100_000_000_000;
    private const long Count = 900_000_000_000;

    private readonly HashSet<long> _taken = [];

    /// <summary>Number of a document that was not asked for before.</summary>
    internal long Next(Guid documentId)
    {
        Span<byte> bytes = stackalloc byte[16];
        documentId.TryWriteBytes(bytes, bigEndian: true, out _);
        var offset = (long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes) % Count);
        while (!_taken.Add(offset))
            offset = (offset + 1) % Count;

        return First + offset;
    }
}
