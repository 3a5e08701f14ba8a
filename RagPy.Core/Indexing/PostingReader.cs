namespace RagPy.Core.Indexing;

/// <summary>Reads one term's postings in the order of points.</summary>
internal ref struct PostingReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Index of the point in its segment.</summary>
    public int Point { get; private set; }

    /// <summary>How often the term occurs in it.</summary>
    public int Frequency { get; private set; }

    public bool MoveNext()
    {
        if (_position >= _bytes.Length)
        {
            return false;
        }

        Point += Read();
        Frequency = Read();
        return true;
    }

    /// <summary>Appends a posting in the form this type reads.</summary>
    public static void Write(List<byte> target, int difference, int frequency)
    {
        Write(target, (uint)difference);
        Write(target, (uint)frequency);
    }

    private static void Write(List<byte> target, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            target.Add((byte)(value | 0x80));
        }

        target.Add((byte)value);
    }

    private int Read()
    {
        uint value = _bytes[_position++];
        if (value < 0x80)
        {
            return (int)value;
        }

        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            uint next = _bytes[_position++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (int)value;
            }
        }
    }
}
