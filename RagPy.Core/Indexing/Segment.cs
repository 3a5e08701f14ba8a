using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace RagPy.Core.Indexing;

/// <summary>
/// A segment file mapped into memory. Reference counted: whoever uses it holds a reference, and the mapping goes with the last one,
/// so that a merge may delete the file while searches still read it.
/// </summary>
internal sealed unsafe class Segment : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly byte* _start;
    private int _references = 1;

    private Segment(Guid id, MemoryMappedFile file, SafeMemoryMappedViewHandle view, byte* start, long bytes, SegmentFooter footer)
    {
        (Id, Bytes, Footer) = (id, bytes, footer);
        (_file, _view) = (file, view);
        _start = start;
    }

    public Guid Id { get; }

    /// <summary>Size of the file.</summary>
    public long Bytes { get; }

    public SegmentFooter Footer { get; }

    public int Dimension => Footer.Dimension;

    public int PointCount => Footer.PointCount;

    public ReadOnlySpan<SegmentDocument> Documents => Section<SegmentDocument>(SegmentSection.Documents);

    public ReadOnlySpan<int> Ordinals => Section<int>(SegmentSection.Ordinals);

    public ReadOnlySpan<int> DocumentOf => Section<int>(SegmentSection.DocumentOf);

    public ReadOnlySpan<int> Lengths => Section<int>(SegmentSection.Lengths);

    public ReadOnlySpan<float> Scales => Section<float>(SegmentSection.Scales);

    public ReadOnlySpan<float> Errors => Section<float>(SegmentSection.Errors);

    public ReadOnlySpan<uint> Terms => Section<uint>(SegmentSection.Terms);

    private ReadOnlySpan<long> PostingOffsets => Section<long>(SegmentSection.PostingOffsets);

    /// <summary>Maps a file and checks its frame.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    /// <exception cref="SegmentCorruptException">It is damaged.</exception>
    public static Segment Open(Guid id, string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (stream.Length < SegmentFooter.Size + sizeof(ulong))
        {
            throw new SegmentCorruptException("The segment is shorter than its frame.");
        }

        var file = MemoryMappedFile.CreateFromFile(
            stream,
            null,
            0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: true
        );
        var view = file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle;
        byte* start = null;
        view.AcquirePointer(ref start);
        try
        {
            var footer = SegmentFooter.Parse(
                new ReadOnlySpan<byte>(start + stream.Length - SegmentFooter.Size, SegmentFooter.Size),
                stream.Length
            );
            return *(ulong*)start == SegmentFooter.Magic
                ? new Segment(id, file, view, start, stream.Length, footer)
                : throw new SegmentCorruptException("The segment begins with other bytes than a segment does.");
        }
        catch (SegmentCorruptException)
        {
            view.ReleasePointer();
            view.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes a reference, unless the last one is gone already.</summary>
    public bool TryAcquire()
    {
        var references = Volatile.Read(ref _references);
        while (references > 0)
        {
            var seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    /// <summary>Gives a reference back.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            _view.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }

    /// <summary>Compares the content with its checksum; reads the whole file.</summary>
    public bool Verify()
    {
        const int Block = 1 << 20;
        var hash = new XxHash3();
        var length = Bytes - SegmentFooter.Size;
        for (var position = 0L; position < length; position += Block)
        {
            hash.Append(new ReadOnlySpan<byte>(_start + position, (int)Math.Min(Block, length - position)));
        }

        return hash.GetCurrentHashAsUInt64() == Footer.ContentHash;
    }

    /// <summary>Index of a generation's record, or -1.</summary>
    public int Find(Guid documentId, Guid generation)
    {
        var documents = Documents;
        for (var i = FirstOf(documentId); i < documents.Length && documents[i].DocumentId == documentId; i++)
        {
            if (documents[i].Generation == generation)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Index of the first record of a document, or where it would be.</summary>
    public int FirstOf(Guid documentId)
    {
        var documents = Documents;
        var (low, high) = (0, documents.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = documents[middle].DocumentId.CompareTo(documentId) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>First code; point i begins <see cref="SegmentFooter.CodeStride"/> · i bytes further.</summary>
    public sbyte* Codes => (sbyte*)(_start + Footer.Sections[(int)SegmentSection.Codes].Offset);

    /// <summary>Number of a generation's points that have a vector.</summary>
    public int CountVectors(SegmentDocument document)
    {
        var scales = Scales[document.FirstPoint..document.End];
        return scales.Length - scales.Count(0f);
    }

    /// <summary>False for a point whose text the embedder refused.</summary>
    public bool HasVector(int point) => Scales[point] > 0;

    /// <summary>The full vector of a point that has one.</summary>
    public ReadOnlySpan<float> VectorOf(int point) =>
        new((float*)(_start + Footer.Sections[(int)SegmentSection.Vectors].Offset) + (long)point * Dimension, Dimension);

    /// <summary>Quantised vector of a point, padding included.</summary>
    public ReadOnlySpan<sbyte> CodeOf(int point) => new(Codes + (long)point * Footer.CodeStride, Footer.CodeStride);

    /// <summary>Postings of a term by its index in <see cref="Terms"/>.</summary>
    public PostingReader PostingsAt(int term)
    {
        var offsets = PostingOffsets;
        var start = _start + Footer.Sections[(int)SegmentSection.Postings].Offset;
        return new PostingReader(new ReadOnlySpan<byte>(start + offsets[term], (int)(offsets[term + 1] - offsets[term])));
    }

    /// <summary>Postings of a term by its hash; empty when no point has it.</summary>
    public PostingReader PostingsOf(uint term)
    {
        var index = Terms.BinarySearch(term);
        return index < 0 ? default : PostingsAt(index);
    }

    private ReadOnlySpan<T> Section<T>(SegmentSection section)
        where T : unmanaged
    {
        var (offset, length) = Footer.Sections[(int)section];
        return new ReadOnlySpan<T>((T*)(_start + offset), checked((int)(length / sizeof(T))));
    }
}
