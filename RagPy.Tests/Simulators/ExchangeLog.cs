using System.Collections;
using System.Collections.Concurrent;

namespace RagPy.Tests.Simulators;

/// <summary>What a simulator was asked and answered, in order of the answers.</summary>
internal sealed class ExchangeLog : IReadOnlyCollection<Exchange>
{
    private readonly ConcurrentQueue<Exchange> _exchanges = new();
    private long _count;

    /// <summary>One of so many exchanges is kept; the others are only counted.</summary>
    public int KeepOneIn { get; init; } = 1;

    /// <summary>Gets each exchange that is kept, instead of keeping it.</summary>
    public Action<Exchange>? Sink { get; init; }

    /// <summary>Number of exchanges, kept or not.</summary>
    public long Total => Interlocked.Read(ref _count);

    /// <summary>Number of exchanges that are kept.</summary>
    public int Count => _exchanges.Count;

    public IEnumerator<Exchange> GetEnumerator() => _exchanges.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Notes a request. Whether its exchange is to be kept is decided here, before bodies are copied.</summary>
    internal bool Begin() => Interlocked.Increment(ref _count) % KeepOneIn == 0;

    internal void Keep(Exchange exchange)
    {
        if (Sink is { } sink)
        {
            sink(exchange);
        }
        else
        {
            _exchanges.Enqueue(exchange);
        }
    }
}
