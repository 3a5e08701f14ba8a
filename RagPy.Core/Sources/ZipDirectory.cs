using System.Buffers.Binary;

namespace RagPy.Core.Sources;

/// <summary>
/// What a ZIP says of its directory (APPNOTE 4.3.14–4.3.16), read before the directory is: a library reads all of it into memory, however many entries it has, and
/// whether or not their number is the one that was declared.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const int EndLength = 22;
    private const int Zip64EndLength = 56;
    private const int Zip64LocatorLength = 20;
    private const int MaxCommentLength = ushort.MaxValue;

    /// <summary>Entries and bytes of the directory; null when the file has no end of one, as when it is cut off.</summary>
    public static (ulong Entries, ulong Bytes)? Measure(Stream file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndLength + MaxCommentLength)];
        var start = file.Length - tail.Length;
        file.Position = start;
        file.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == EndSignature)
            {
                var entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
                var bytes = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
                return ReadZip64(file, start + at - Zip64LocatorLength) ?? (entries, bytes);
            }
        }

        return null;
    }

    private static (ulong Entries, ulong Bytes)? ReadZip64(Stream file, long locatorAt)
    {
        if (Read(file, locatorAt, Zip64LocatorLength) is not { } locator || Signature(locator) != Zip64LocatorSignature)
        {
            return null;
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        return Read(file, at, Zip64EndLength) is { } end && Signature(end) == Zip64EndSignature
            ? (BinaryPrimitives.ReadUInt64LittleEndian(end.AsSpan(32)), BinaryPrimitives.ReadUInt64LittleEndian(end.AsSpan(40)))
            : null;
    }

    private static uint Signature(byte[] record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    private static byte[]? Read(Stream file, long position, int length)
    {
        if (position < 0 || position > file.Length - length)
        {
            return null;
        }

        var record = new byte[length];
        file.Position = position;
        file.ReadExactly(record);
        return record;
    }
}
