using System.Collections.Concurrent;

namespace RagPy.Core.Providers;

/// <summary>The gates of this process, by name.</summary>
/// <param name="paces">What other processes have learnt; null without Redis.</param>
internal sealed class RateGates(TimeProvider time, ISharedPaces? paces = null) : IDisposable
{
    private readonly ConcurrentDictionary<string, RateGate> _gates = new(StringComparer.Ordinal);

    public RateGate Get(string name) =>
        _gates.GetOrAdd(name, _ => new RateGate(time, paces is null ? null : rate => paces.ExchangeAsync(name, rate)));

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }
}
