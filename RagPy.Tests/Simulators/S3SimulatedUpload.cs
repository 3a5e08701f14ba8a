using System.Collections.Concurrent;

namespace RagPy.Tests.Simulators;

/// <summary>An upload in parts that has begun.</summary>
internal sealed record S3SimulatedUpload(string Key, DateTimeOffset Begun)
{
    /// <summary>The parts that have arrived, by number.</summary>
    public ConcurrentDictionary<int, byte[]> Parts { get; } = [];
}
