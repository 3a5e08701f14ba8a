using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Sources.Chunks;

/// <summary>A document of a chunk file while its chunks are gathered: 32 bytes for each, the rest lies in the spool.</summary>
/// <param name="firstEntry">Entry that named it first.</param>
/// <param name="fields">Its bibliographic fields in the spool.</param>
internal sealed class StagedDocument(ChunkEntry firstEntry, (long Offset, int Length) fields)
{
    private const int MaxNamed = 5;

    private readonly List<ChunkPlace> _places = [];
    private readonly int _total = firstEntry.Total ?? 0;
    private string? _problem;

    public int FirstEntry { get; } = firstEntry.Number;

    public (long Offset, int Length) Fields { get; } = fields;

    /// <summary>Some chunk has a vector that is kept.</summary>
    public bool HasVectors { get; set; }

    /// <summary>By which the document is known, once all documents are there.</summary>
    public UInt128 Key { get; set; }

    /// <summary>Why it cannot be taken, once <see cref="Complete"/> was called.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Hash of all its texts in order.</summary>
    public string Hash { get; private set; } = "";

    public void Refuse(ChunkEntry entry) => _problem ??= Sentence(entry, entry.Problem!);

    public void Add(ChunkEntry entry, ChunkPlace place)
    {
        if (entry.Total != _total)
        {
            _problem ??= Sentence(entry, $"its total_chunks is {entry.Total}, that of the document's first chunk {_total}");
        }

        _places.Add(place);
    }

    /// <summary>The lines of its chunks in order; neighbours in the spool are one part.</summary>
    public IReadOnlyList<(long Offset, long Length)> Parts()
    {
        var parts = new List<(long Offset, long Length)>();
        foreach (var place in _places.Where(p => p.Length > 0))
        {
            if (parts.Count > 0 && parts[^1].Offset + parts[^1].Length == place.Offset)
            {
                parts[^1] = (parts[^1].Offset, parts[^1].Length + place.Length);
            }
            else
            {
                parts.Add((place.Offset, place.Length));
            }
        }

        return parts;
    }

    /// <summary>Puts the chunks in order and finds what is missing.</summary>
    public void Complete()
    {
        _places.Sort((a, b) => a.Index != b.Index ? a.Index.CompareTo(b.Index) : a.Offset.CompareTo(b.Offset));
        for (var i = _places.Count - 1; i > 0; i--)
        {
            if (_places[i].Index == _places[i - 1].Index)
            {
                _problem ??= _places[i].Hash == _places[i - 1].Hash ? null : $"Chunk {_places[i].Index} comes twice, with different texts.";
                _places.RemoveAt(i);
            }
        }

        _places.TrimExcess();
        Hash = HashOf(CollectionsMarshal.AsSpan(_places));
        Failure =
            (_problem ?? Missing()) is { } reason ? new Failure(FailureCode.Corrupt, reason)
            : _places.TrueForAll(p => p.Length == 0) ? new Failure(FailureCode.Empty, "None of its chunks has any text.")
            : null;
    }

    private string? Missing()
    {
        if (_places.Count == _total)
        {
            return null;
        }

        var there = _places.Select(p => p.Index).ToHashSet();
        var missing = Enumerable.Range(1, _total).Where(i => !there.Contains(i)).Take(MaxNamed);
        var more = _total - _places.Count > MaxNamed ? ", …" : "";

        return string.Create(
            CultureInfo.InvariantCulture,
            $"The file holds {_places.Count} of the document's {_total} chunks; missing: {string.Join(", ", missing)}{more}. Make the file again, or give the output.csv before it."
        );
    }

    private static string HashOf(ReadOnlySpan<ChunkPlace> places)
    {
        var hash = new XxHash128();
        foreach (ref readonly var place in places)
        {
            var text = place.Hash;
            hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in text)));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static string Sentence(ChunkEntry entry, string problem) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Entry {entry.Number} of the file (byte {entry.Offset:N0}) cannot be used: {problem}."
        );
}
