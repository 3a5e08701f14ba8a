using Microsoft.AspNetCore.Http;

namespace RagPy.Tests.Simulators;

/// <summary>The faults that a simulator will show, and how long it takes for an answer. Faults are taken in the order in which they were added.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];

    /// <summary>Time that every answer takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Lets the next requests go wrong.</summary>
    /// <param name="times">Number of requests; <see cref="int.MaxValue"/> for all.</param>
    /// <param name="when">Requests that are meant; null for any.</param>
    public void Add(Fault fault, int times = 1, Predicate<HttpRequest>? when = null)
    {
        lock (_lock)
        {
            _entries.Add(new Entry(fault, when, 1, null) { Left = times });
        }
    }

    /// <summary>Lets a share of all requests go wrong, the same ones in each run.</summary>
    /// <param name="share">0–1.</param>
    public void AddShare(Fault fault, double share, int seed, Predicate<HttpRequest>? when = null)
    {
        lock (_lock)
        {
            _entries.Add(new Entry(fault, when, share, new Random(seed)) { Left = int.MaxValue });
        }
    }

    /// <summary>Everything goes well from now on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
        }
    }

    /// <summary>What goes wrong with a request; null for nothing.</summary>
    public Fault? Take(HttpRequest request)
    {
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                if (entry.Left > 0 && (entry.When?.Invoke(request) ?? true) && (entry.Random?.NextDouble() ?? 0) < entry.Share)
                {
                    entry.Left -= entry.Left == int.MaxValue ? 0 : 1;
                    return entry.Fault;
                }
            }
        }

        return null;
    }

    private sealed record Entry(Fault Fault, Predicate<HttpRequest>? When, double Share, Random? Random)
    {
        public int Left { get; set; }
    }
}
