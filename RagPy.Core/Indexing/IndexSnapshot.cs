using System.Collections.Concurrent;

namespace RagPy.Core.Indexing;

/// <summary>A project's segments and what of them is current, all of one version. Reference counted like a <see cref="Segment"/>.</summary>
internal sealed class IndexSnapshot : IDisposable
{
    private readonly ConcurrentDictionary<uint, int> _frequencies = [];
    private int _references = 1;

    /// <param name="segments">Open segments; the snapshot takes over the caller's references.</param>
    /// <param name="current">Current generation of each document.</param>
    public IndexSnapshot(long version, IReadOnlyList<Segment> segments, IReadOnlyDictionary<Guid, Guid> current)
    {
        Version = version;
        var chosen = GenerationCopies.Choose(segments, (document, generation) => current.GetValueOrDefault(document) == generation);
        Views =
        [
            .. segments.Select(
                (s, i) => new SegmentView(s, d => chosen.TryGetValue((d.DocumentId, d.Generation), out var copy) && copy.Segment == i)
            ),
        ];
        LivePoints = Views.Sum(v => (long)v.LivePoints);
        AverageLength = LivePoints == 0 ? 1 : Math.Max(1, Views.Sum(v => v.LiveLength) / (double)LivePoints);
        MappedBytes = Views.Sum(v => v.Segment.Bytes);
    }

    /// <summary>The project's index version that it shows.</summary>
    public long Version { get; }

    public IReadOnlyList<SegmentView> Views { get; }

    public long LivePoints { get; }

    /// <summary>Mean number of terms of a live point.</summary>
    public double AverageLength { get; }

    public long MappedBytes { get; }

    /// <summary>Number of live points that have a term; counted once for each snapshot.</summary>
    public int LiveFrequency(uint term)
    {
        if (!_frequencies.TryGetValue(term, out var frequency))
        {
            frequency = Views.Sum(v => v.LiveFrequency(term));
            _frequencies[term] = frequency;
        }

        return frequency;
    }

    /// <summary>Takes a reference. Only its owner does so, under the lock that guards its own reference.</summary>
    public IndexSnapshot Acquire()
    {
        Interlocked.Increment(ref _references);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            foreach (var view in Views)
            {
                view.Segment.Dispose();
            }
        }
    }
}
