using System.Globalization;

namespace RagPy.Core.Sources.Chunks;

/// <summary>What a chunk file has that is taken in another way than it stands there, counted while it is read and said in sentences.</summary>
internal sealed class ChunkFileNotes
{
    private readonly SortedDictionary<int, int> _unnamed = [];
    private readonly SortedDictionary<int, int> _vectors = [];
    private string? _model;
    private bool _hasSparse;
    private int _zero;
    private int _damaged;
    private int _blank;
    private int _refused;

    /// <summary>Entries that belong to no document and are not listed one by one.</summary>
    public void CountRefused() => _refused++;

    public void CountBlank() => _blank++;

    /// <param name="model">What made the entry's vector; null when nobody says.</param>
    public void Count(ChunkEntry entry, string? model)
    {
        _hasSparse |= entry.HasSparse;
        _zero += entry.HasZeroVector ? 1 : 0;
        _damaged += entry.HasDamagedVector ? 1 : 0;
        _model ??= model;
        if (entry.Vector is { } vector)
        {
            var counts = model is null ? _unnamed : _vectors;
            var dimension = vector.Length / sizeof(float);
            counts[dimension] = counts.GetValueOrDefault(dimension) + 1;
        }
    }

    /// <summary>The sentences.</summary>
    /// <param name="vectors">The project that they are told to; null when it is not known.</param>
    public IReadOnlyList<string> ToSentences(SourceVectors? vectors)
    {
        var sentences = new List<string>();
        foreach (var (dimension, count) in _vectors)
        {
            if (vectors is not null)
            {
                sentences.Add(OfVectors(count, dimension, vectors));
            }
        }

        foreach (var (dimension, count) in _unnamed)
        {
            sentences.Add(
                Say(
                    $"{Vectors(count)} of {dimension:N0} components left out, and the passages embedded anew: the file does not say which model made them. Bring it in again with vectors_of (command line: --vectors-of) to have them taken."
                )
            );
        }

        Add(_zero, "vectors of zeros, which stand for embeddings that failed, not taken: these passages are embedded anew.");
        Add(_damaged, "embeddings that are no vectors of numbers not taken: these passages are embedded anew.");
        Add(_blank, "chunks without any text left out.");
        Add(_refused, "more entries that belong to no document left out.");
        if (_hasSparse)
        {
            sentences.Add("Sparse vectors made anew: the file's are by a hash that differs from one run of the original to the next.");
        }

        return sentences;

        void Add(int count, string what)
        {
            if (count > 0)
            {
                sentences.Add(Say($"{count:N0} {what}"));
            }
        }
    }

    private string OfVectors(int count, int dimension, SourceVectors vectors) =>
        GivenModel.IsOf(_model!, vectors.Embedder) && dimension == vectors.Dimension
            ? Say($"{Vectors(count)} of {_model} taken from the file; no call is made for them.")
            : Say(
                $"{Vectors(count)} of {_model} with {dimension:N0} components not used: the project's embedder is {vectors.Embedder} with {vectors.Dimension:N0}. The passages are embedded anew."
            );

    private static string Vectors(int count) => Say($"{count:N0} {(count == 1 ? "vector" : "vectors")}");

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
