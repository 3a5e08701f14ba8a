namespace RagPy.Core.Chunking;

/// <summary>
/// Remembers how many tokens short parts of text have: the words of a text come again and again. One place a part, by its hash; the newcomer takes it, so
/// that neither order nor locks are to be kept. Entries never change, so threads may share them.
/// </summary>
internal sealed class PartCounts
{
    /// <summary>UTF-16 units of the longest part remembered; longer ones seldom come twice.</summary>
    internal const int LongestPart = 24;

    private const int Places = 1 << 15;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The number remembered for <paramref name="part"/>, or null.</summary>
    public int? Find(ReadOnlySpan<char> part) =>
        Volatile.Read(ref _entries[PlaceOf(part)]) is { } entry && part.SequenceEqual(entry.Part) ? entry.Count : null;

    /// <summary>Remembers a number, in the place of what was there.</summary>
    public void Add(ReadOnlySpan<char> part, int count) => Volatile.Write(ref _entries[PlaceOf(part)], new Entry(part.ToString(), count));

    private static int PlaceOf(ReadOnlySpan<char> part) => string.GetHashCode(part) & (Places - 1);

    private sealed record Entry(string Part, int Count);
}
