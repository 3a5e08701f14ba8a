using System.Buffers;

namespace RagPy.Core.Storage.S3;

/// <summary>
/// An object as a stream that can be sought: parts of it are fetched as they are read, more with each as long as reading goes on where it was. Asynchronous
/// only. What is kept in memory is one such part.
/// </summary>
internal sealed class S3BlobStream : Stream
{
    /// <summary>What a reader of the file's beginning or of a page's objects wants.</summary>
    private const int SmallestPart = 64 << 10;

    private const int LargestPart = 1 << 20;
    private readonly S3Objects _objects;
    private readonly string _key;
    private readonly string? _etag;
    private byte[] _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private long _position;

    private S3BlobStream(S3Objects objects, string key, string? etag, long length, byte[] buffer, int bufferLength) =>
        (_objects, _key, _etag, Length, _buffer, _bufferLength) = (objects, key, etag, length, buffer, bufferLength);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Opens an object with one request, which brings its beginning.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static async Task<S3BlobStream> OpenAsync(S3Objects objects, string key, CancellationToken cancellationToken)
    {
        using var reader = new S3Reader(objects, key, 0, SmallestPart - 1);
        await reader.OpenAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(SmallestPart);
        try
        {
            var read = await FillAsync(reader, buffer.AsMemory(0, (int)Math.Min(SmallestPart, reader.Length)), cancellationToken);
            return new S3BlobStream(objects, key, reader.ETag, reader.Length, buffer, read);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        if (_position < _bufferStart || _position >= _bufferStart + _bufferLength)
        {
            await FetchAsync(cancellationToken);
        }

        var offset = (int)(_position - _bufferStart);
        var count = Math.Min(buffer.Length, _bufferLength - offset);
        _buffer.AsMemory(offset, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A file of an object storage is read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _bufferLength) = ([], 0);
        }

        base.Dispose(disposing);
    }

    private static async Task<int> FillAsync(S3Reader reader, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length && await reader.ReadAsync(buffer[filled..], cancellationToken) is > 0 and var read)
        {
            filled += read;
        }

        return filled;
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_buffer.Length == 0, this);
        var goesOn = _position == _bufferStart + _bufferLength;
        var size = goesOn ? Math.Clamp(_bufferLength * 2, SmallestPart, LargestPart) : SmallestPart;
        // Whoever looks for the end of a ZIP goes backwards step by step.
        var goesBack = _position < _bufferStart && _bufferStart - _position <= size;
        var start = goesBack ? Math.Max(0, _bufferStart - size) : _position;
        size = (int)Math.Min(size, Length - start);
        if (_buffer.Length < size)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        _bufferLength = 0;
        using var reader = new S3Reader(_objects, _key, start, start + size - 1) { ETag = _etag };
        await reader.OpenAsync(cancellationToken);
        var read = await FillAsync(reader, _buffer.AsMemory(0, size), cancellationToken);
        (_bufferStart, _bufferLength) = (start, read);
        if (read < size)
        {
            throw new EndOfStreamException("The object is shorter than it was.");
        }
    }
}
