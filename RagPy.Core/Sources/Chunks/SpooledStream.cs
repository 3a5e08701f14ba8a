namespace RagPy.Core.Sources.Chunks;

/// <summary>Some bytes, then parts of a spool, one behind the other.</summary>
internal sealed class SpooledStream : Stream
{
    private readonly byte[] _head;
    private readonly ChunkSpool _spool;
    private readonly IReadOnlyList<(long Offset, long Length)> _parts;
    private long _position;
    private int _part;
    private long _inPart;

    public SpooledStream(byte[] head, ChunkSpool spool, IReadOnlyList<(long Offset, long Length)> parts)
    {
        (_head, _spool, _parts) = (head, spool, parts);
        Length = LengthOf(head, parts);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes in all.</summary>
    public static long LengthOf(byte[] head, IReadOnlyList<(long Offset, long Length)> parts) => head.Length + parts.Sum(p => p.Length);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (TakeHead(buffer) is var head and > 0)
        {
            return head;
        }

        return Next(buffer.Length) is var (from, length) ? Move(_spool.Read(buffer[..length], from)) : 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TakeHead(buffer.Span) is var head and > 0)
        {
            return head;
        }

        return Next(buffer.Length) is var (from, length) ? Move(await _spool.ReadAsync(buffer[..length], from, cancellationToken)) : 0;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int TakeHead(Span<byte> buffer)
    {
        var left = _head.AsSpan((int)Math.Min(_position, _head.Length));
        var count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        _position += count;

        return count;
    }

    /// <summary>Where to read next, and how much at most; null at the end.</summary>
    private (long From, int Length)? Next(int wanted)
    {
        while (_part < _parts.Count && _inPart == _parts[_part].Length)
        {
            _part++;
            _inPart = 0;
        }

        return _part < _parts.Count && wanted > 0
            ? (_parts[_part].Offset + _inPart, (int)Math.Min(wanted, _parts[_part].Length - _inPart))
            : null;
    }

    private int Move(int read)
    {
        if (read == 0)
        {
            throw new EndOfStreamException("The temporary copy of a chunk file is shorter than it was.");
        }

        _inPart += read;
        _position += read;

        return read;
    }
}
