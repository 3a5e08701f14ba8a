using Microsoft.Win32.SafeHandles;

namespace RagPy.Core.Sources.Chunks;

/// <summary>
/// A private temporary file in which the parts of a chunk file lie until they are asked for by document. It has no name that lasts: it goes with the process,
/// however that ends.
/// </summary>
internal sealed class ChunkSpool : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(
        Path.Combine(Path.GetTempPath(), $"ragpy-{Guid.NewGuid():n}.chunks"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        FileOptions.DeleteOnClose
    );

    private readonly byte[] _buffer = new byte[1 << 18];
    private long _written;
    private int _buffered;

    /// <summary>Writes a part behind the others.</summary>
    /// <returns>Where it begins.</returns>
    public long Append(ReadOnlySpan<byte> part)
    {
        var offset = _written + _buffered;
        if (part.Length > _buffer.Length - _buffered)
        {
            Flush();
        }

        if (part.Length > _buffer.Length)
        {
            RandomAccess.Write(_file, part, _written);
            _written += part.Length;
        }
        else
        {
            part.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += part.Length;
        }

        return offset;
    }

    /// <summary>Makes everything readable.</summary>
    public void Flush()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }

    /// <summary>Reads a part, or its beginning; may be called from several threads.</summary>
    public int Read(Span<byte> target, long offset) => RandomAccess.Read(_file, target, offset);

    /// <inheritdoc cref="Read"/>
    public ValueTask<int> ReadAsync(Memory<byte> target, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file, target, offset, cancellationToken);

    public void Dispose() => _file.Dispose();
}
