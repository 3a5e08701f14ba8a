using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace RagPy.Core.Indexing;

/// <summary>
/// Writes one segment file, section after section, under a temporary name; <see cref="Complete"/> makes it durable and gives it its own.
/// Disposed before that, it leaves nothing behind.
/// </summary>
internal sealed class SegmentFileWriter : IDisposable
{
    private const string TemporarySuffix = ".tmp";

    private readonly string _path;
    private readonly FileStream _file;
    private readonly XxHash3 _hash = new();
    private readonly (long Offset, long Length)[] _sections = new (long, long)[(int)SegmentSection.Count];
    private SegmentSection? _section;
    private long _position;
    private bool _completed;

    public SegmentFileWriter(string path)
    {
        _path = path;
        _file = new FileStream(path + TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1 << 18);
        ulong[] magic = [SegmentFooter.Magic];
        WriteBytes(MemoryMarshal.AsBytes(magic.AsSpan()));
    }

    /// <summary>Ends the section before and begins one; sections come in their order.</summary>
    public void Begin(SegmentSection section)
    {
        Pad();
        _section = section;
        _sections[(int)section] = (_position, 0);
    }

    /// <summary>Appends values to the current section.</summary>
    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        WriteBytes(bytes);
        ref var section = ref _sections[(int)_section!.Value];
        section.Length += bytes.Length;
    }

    /// <summary>Writes a whole section.</summary>
    public void Write<T>(SegmentSection section, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Begin(section);
        Write(values);
    }

    /// <summary>Writes the footer, flushes file and directory, and gives the file its name.</summary>
    /// <returns>Size of the file in bytes.</returns>
    public long Complete(int dimension, int documents, int points, int terms)
    {
        Pad();
        var footer = new SegmentFooter
        {
            Dimension = dimension,
            DocumentCount = documents,
            PointCount = points,
            TermCount = terms,
            ContentHash = _hash.GetCurrentHashAsUInt64(),
            Sections = _sections,
        };
        _file.Write(footer.ToBytes());
        _file.Flush(flushToDisk: true);
        var length = _file.Length;
        _file.Dispose();
        File.Move(_path + TemporarySuffix, _path);
        DurableFiles.FlushDirectory(Path.GetDirectoryName(_path)!);
        _completed = true;
        return length;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_completed)
        {
            File.Delete(_path + TemporarySuffix);
        }
    }

    private void Pad()
    {
        Span<byte> zeros = stackalloc byte[SegmentFooter.Alignment];
        zeros.Clear();
        WriteBytes(zeros[..(int)((SegmentFooter.Alignment - _position % SegmentFooter.Alignment) % SegmentFooter.Alignment)]);
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _hash.Append(bytes);
        _position += bytes.Length;
    }
}
