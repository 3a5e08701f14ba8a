using System.Collections.Concurrent;

namespace RagPy.Core.Providers;

/// <summary>The gates of this process, by name.</summary>
internal sealed class RateGates(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, RateGate> _gates = new(StringComparer.Ordinal);

    public RateGate Get(string name) => _gates.GetOrAdd(name, _ => new RateGate(time));

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            gate.Dispose();
        }
    }
}
