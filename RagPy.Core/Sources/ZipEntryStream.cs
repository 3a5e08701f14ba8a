using RagPy.Core.Pipeline;

namespace RagPy.Core.Sources;

/// <summary>An entry's bytes, no more than its directory promised; damage is a failure of this file alone. Gives its archive back when disposed.</summary>
internal sealed class ZipEntryStream(Stream inner, long length, string path, Action release) : Stream
{
    private long _position;
    private bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Count(inner.Read(buffer), buffer.Length);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Count(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            inner.Dispose();
            release();
        }

        base.Dispose(disposing);
    }

    private int Count(int read, int asked)
    {
        _position += read;
        if (_position > length || (read == 0 && asked > 0 && _position < length))
        {
            throw Damaged(null);
        }

        return read;
    }

    private DocumentFailedException Damaged(Exception? inner) =>
        new(FailureCode.Corrupt, $"'{path}' is damaged within the ZIP. Make the ZIP again.", inner);
}
