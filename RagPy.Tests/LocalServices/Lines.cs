using System.Collections.Concurrent;

namespace RagPy.Tests.LocalServices;

/// <summary>Keeps the lines that were said, in order.</summary>
internal sealed class Lines : IProgress<string>
{
    private readonly ConcurrentQueue<string> _said = new();

    public IReadOnlyList<string> Said => [.. _said];

    public void Report(string value) => _said.Enqueue(value);
}
