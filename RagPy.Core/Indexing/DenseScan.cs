using System.Runtime.CompilerServices;

namespace RagPy.Core.Indexing;

/// <summary>
/// Exact nearest neighbours for several queries in one pass over the quantised vectors: bounds first, then full vectors for those whose bound
/// reaches the best (see <see cref="Quantizer"/>).
/// </summary>
internal sealed unsafe class DenseScan
{
    /// <summary>Points of one piece of work.</summary>
    private const int BlockPoints = 4_096;

    /// <summary>Covers rounding in 32-bit arithmetic, which the error bounds do not know of.</summary>
    private const float Rounding = 1e-5f;

    /// <summary>Norms of stored vectors lie within a hundredth of 1, which the store checks.</summary>
    private const float MaxNorm = 1.02f;

    private readonly IReadOnlyList<DenseQuery> _queries;
    private readonly List<(SegmentView View, int Start, int End)> _blocks = [];
    private readonly short[] _codes;
    private readonly float[] _steps;
    private readonly float[] _errors;
    private readonly float[] _norms;
    private readonly int _stride;
    private int _nextBlock;

    /// <param name="queries">Queries of one dimension that look at the same points.</param>
    /// <param name="ranges">Those points.</param>
    public DenseScan(IReadOnlyList<DenseQuery> queries, IEnumerable<(SegmentView View, int Start, int End)> ranges)
    {
        _queries = queries;
        var dimension = queries[0].Vector.Length;
        foreach (var (view, start, end) in ranges)
        {
            // Vectors of another embedder cannot be compared.
            for (var i = start; i < end && view.Segment.Dimension == dimension; i += BlockPoints)
            {
                _blocks.Add((view, i, Math.Min(end, i + BlockPoints)));
            }
        }

        _stride = SegmentFooter.CodeStrideOf(dimension);
        var padded = (queries.Count + VectorKernels.Lanes - 1) / VectorKernels.Lanes * VectorKernels.Lanes;
        _codes = GC.AllocateArray<short>(padded * _stride, pinned: true);
        (_steps, _errors, _norms) = (new float[padded], new float[padded], new float[padded]);
        for (var i = 0; i < queries.Count; i++)
        {
            (_steps[i], _errors[i], _norms[i]) = Quantizer.EncodeQuery(queries[i].Vector.Span, _codes.AsSpan(i * _stride, _stride));
        }
    }

    /// <summary>Answers every query, in their order.</summary>
    /// <param name="workers">Threads that scan.</param>
    public IReadOnlyList<PointHit>[] Run(int workers)
    {
        workers = Math.Clamp(workers, 1, Math.Max(1, _blocks.Count));
        var found = new DenseCandidates[workers][];
        if (workers == 1)
        {
            found[0] = Work();
        }
        else
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, i => found[i] = Work());
        }

        var answers = new IReadOnlyList<PointHit>[_queries.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = Rescore(_queries[i], [.. found.Select(f => f[i])]);
        }

        return answers;
    }

    private DenseCandidates[] Work()
    {
        var candidates = _queries.Select(q => new DenseCandidates(q.Top)).ToArray();
        int block;
        while ((block = Interlocked.Increment(ref _nextBlock) - 1) < _blocks.Count)
        {
            var (view, start, end) = _blocks[block];
            if (_queries.Count == 1)
            {
                ScanOne(view, start, end, candidates[0]);
            }
            else
            {
                ScanMany(view, start, end, candidates);
            }
        }

        return candidates;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanOne(SegmentView view, int start, int end, DenseCandidates candidates)
    {
        var segment = view.Segment;
        var scales = segment.Scales;
        var errors = segment.Errors;
        fixed (short* query = _codes)
        {
            var code = segment.Codes + (long)start * _stride;
            for (var point = start; point < end; point++, code += _stride)
            {
                Judge(VectorKernels.Dot(code, query, _stride), 0, scales[point], errors[point], view, point, candidates);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScanMany(SegmentView view, int start, int end, DenseCandidates[] candidates)
    {
        var segment = view.Segment;
        var scales = segment.Scales;
        var errors = segment.Errors;
        var sums = stackalloc int[VectorKernels.Lanes];
        fixed (short* queries = _codes)
        {
            var code = segment.Codes + (long)start * _stride;
            for (var point = start; point < end; point++, code += _stride)
            {
                for (var first = 0; first < candidates.Length; first += VectorKernels.Lanes)
                {
                    VectorKernels.Dot4(code, queries + first * _stride, _stride, sums);
                    var lanes = Math.Min(VectorKernels.Lanes, candidates.Length - first);
                    for (var lane = 0; lane < lanes; lane++)
                    {
                        var query = first + lane;
                        Judge(sums[lane], query, scales[point], errors[point], view, point, candidates[query]);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Judge(int sum, int query, float scale, float error, SegmentView view, int point, DenseCandidates candidates)
    {
        var score = sum * (scale * _steps[query]);
        var slack = error * _norms[query] + MaxNorm * _errors[query] + Rounding;
        // A scale of 0 is that of a point without a vector.
        if (score + slack >= candidates.Threshold && scale > 0)
        {
            candidates.Add(score - slack, score + slack, view, point);
        }
    }

    /// <summary>Full products for what is left, most promising first, until no bound reaches the best any more.</summary>
    private static IReadOnlyList<PointHit> Rescore(DenseQuery query, DenseCandidates[] found)
    {
        var lowers = found.SelectMany(f => f.LowerBounds).OrderDescending().Take(query.Top).ToList();
        var threshold = lowers.Count == query.Top ? lowers[^1] : float.NegativeInfinity;
        var best = new BestPoints(query.Top);
        foreach (
            var (upper, view, point) in found.SelectMany(f => f.Points).Where(p => p.Upper >= threshold).OrderByDescending(p => p.Upper)
        )
        {
            if (upper < best.Threshold)
            {
                break;
            }

            best.Offer(new ScoredPoint(VectorKernels.Dot(query.Vector.Span, view.Segment.VectorOf(point)), view, point));
        }

        return best.ToHits();
    }
}
