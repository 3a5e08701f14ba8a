using System.Runtime.CompilerServices;

namespace RagPy.Core.Indexing;

/// <summary>What of a segment is current at one version of the project's index.</summary>
internal sealed class SegmentView
{
    private readonly bool[] _liveDocuments;
    private float[]? _lengthNorms;

    /// <param name="segment">The view takes over the caller's reference.</param>
    /// <param name="isCurrent">Says whether a generation of a document is current; asked once for each record, and true only for the copy that counts.</param>
    public SegmentView(Segment segment, Func<SegmentDocument, bool> isCurrent)
    {
        Segment = segment;
        var documents = segment.Documents;
        var lengths = segment.Lengths;
        _liveDocuments = new bool[documents.Length];
        for (var i = 0; i < documents.Length; i++)
        {
            if (isCurrent(documents[i]))
            {
                _liveDocuments[i] = true;
                LivePoints += documents[i].PointCount;
                foreach (var length in lengths[documents[i].FirstPoint..documents[i].End])
                {
                    LiveLength += length;
                }
            }
        }

        LiveRanges = RangesOf(_liveDocuments);
    }

    public Segment Segment { get; }

    public int LivePoints { get; }

    /// <summary>Sum of the live points' lengths in terms.</summary>
    public long LiveLength { get; }

    /// <summary>Live points as ranges, ascending, half open, as long as possible.</summary>
    public IReadOnlyList<(int Start, int End)> LiveRanges { get; }

    public bool IsAllLive => LivePoints == Segment.PointCount;

    /// <summary>True for each document record that is live and wanted.</summary>
    public bool[] Select(IReadOnlySet<Guid>? wanted)
    {
        if (wanted is null)
        {
            return _liveDocuments;
        }

        var documents = Segment.Documents;
        var selected = new bool[documents.Length];
        for (var i = 0; i < documents.Length; i++)
        {
            selected[i] = _liveDocuments[i] && wanted.Contains(documents[i].DocumentId);
        }

        return selected;
    }

    /// <summary>Points of the selected document records as ranges.</summary>
    public IReadOnlyList<(int Start, int End)> RangesOf(bool[] selected)
    {
        var documents = Segment.Documents;
        var ranges = new List<(int Start, int End)>();
        for (var i = 0; i < documents.Length; i++)
        {
            if (!selected[i])
            {
                continue;
            }

            if (ranges.Count > 0 && ranges[^1].End == documents[i].FirstPoint)
            {
                ranges[^1] = (ranges[^1].Start, documents[i].End);
            }
            else
            {
                ranges.Add((documents[i].FirstPoint, documents[i].End));
            }
        }

        return ranges;
    }

    /// <summary>The part of BM25's denominator that depends on a point's length alone, k1 · (1 − b + b · length / average); computed once for each view.</summary>
    public float[] LengthNorms(double averageLength, double k1, double b)
    {
        if (Volatile.Read(ref _lengthNorms) is { } known)
        {
            return known;
        }

        var lengths = Segment.Lengths;
        var norms = new float[lengths.Length];
        for (var i = 0; i < norms.Length; i++)
        {
            norms[i] = (float)(k1 * (1 - b + b * lengths[i] / averageLength));
        }

        Volatile.Write(ref _lengthNorms, norms);
        return norms;
    }

    /// <summary>Number of live points that have a term.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int LiveFrequency(uint term)
    {
        var postings = Segment.PostingsOf(term);
        var documentOf = Segment.DocumentOf;
        var count = 0;
        while (postings.MoveNext())
        {
            count += _liveDocuments[documentOf[postings.Point]] ? 1 : 0;
        }

        return count;
    }
}
