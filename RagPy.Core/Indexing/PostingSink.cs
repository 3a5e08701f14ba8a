using System.Runtime.InteropServices;

namespace RagPy.Core.Indexing;

/// <summary>Collects postings, ascending by term, then point, and writes them as a segment's last three sections.</summary>
internal sealed class PostingSink
{
    private readonly List<uint> _terms = [];
    private readonly List<long> _offsets = [];
    private readonly List<byte> _bytes = [];
    private int _lastPoint;

    public int TermCount => _terms.Count;

    public void Add(uint term, int point, int frequency)
    {
        if (_terms.Count == 0 || _terms[^1] != term)
        {
            _terms.Add(term);
            _offsets.Add(_bytes.Count);
            _lastPoint = 0;
        }

        PostingReader.Write(_bytes, point - _lastPoint, frequency);
        _lastPoint = point;
    }

    public void WriteTo(SegmentFileWriter writer)
    {
        _offsets.Add(_bytes.Count);
        writer.Write<uint>(SegmentSection.Terms, CollectionsMarshal.AsSpan(_terms));
        writer.Write<long>(SegmentSection.PostingOffsets, CollectionsMarshal.AsSpan(_offsets));
        writer.Write<byte>(SegmentSection.Postings, CollectionsMarshal.AsSpan(_bytes));
    }
}
