using System.Collections.Concurrent;

namespace RagPy.Core.Embedding;

/// <summary>Lends analysers to one caller at a time; there are never more than callers at once.</summary>
internal sealed class TextAnalyzerPool
{
    private readonly ConcurrentBag<TextAnalyzer> _idle = [];

    public Lease Rent() => new(this, _idle.TryTake(out var analyzer) ? analyzer : new TextAnalyzer());

    internal readonly struct Lease(TextAnalyzerPool pool, TextAnalyzer analyzer) : IDisposable
    {
        public TextAnalyzer Analyzer => analyzer;

        public void Dispose() => pool._idle.Add(analyzer);
    }
}
