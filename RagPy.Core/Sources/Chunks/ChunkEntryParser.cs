using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using RagPy.Core.Embedding;

namespace RagPy.Core.Sources.Chunks;

/// <summary>Puts the tokens of a chunk file together into entries. What is wrong with one entry stays with it.</summary>
internal sealed class ChunkEntryParser
{
    /// <summary>Longest text of a chunk, in UTF-16 units; as much as a page may have.</summary>
    private const int MaxTextUnits = 1_000_000;

    /// <summary>Components of a vector at most; no model has as many.</summary>
    private const int MaxComponents = 20_000;

    private const int EntryDepth = 1;
    private const int FieldDepth = 2;

    private readonly List<float> _components = [];
    private ChunkEntry? _entry;
    private string _field = "";
    private int _count;
    private bool _isVector;
    private bool _isDamaged;

    /// <summary>Entries begun so far.</summary>
    public int Count => _count;

    /// <summary>Entries that are complete and not yet taken.</summary>
    public Queue<ChunkEntry> Ready { get; } = new();

    /// <summary>Follows one token.</summary>
    /// <param name="offset">Bytes of the file before the token.</param>
    /// <exception cref="JsonException">The top level is no array.</exception>
    public void Take(ref Utf8JsonReader reader, long offset)
    {
        switch (reader.CurrentDepth)
        {
            case 0 when reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray):
                throw new JsonException("The top level is no array.");
            case EntryDepth:
                TakeEntry(ref reader, offset);
                break;
            case FieldDepth when _entry is not null:
                TakeField(ref reader);
                break;
            case FieldDepth + 1 when _isVector:
                TakeComponent(ref reader);
                break;
        }
    }

    private void TakeEntry(ref Utf8JsonReader reader, long offset)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _entry = new ChunkEntry(++_count, offset);
                break;
            case JsonTokenType.EndObject:
                Check(_entry!);
                Ready.Enqueue(_entry!);
                _entry = null;
                break;
            case JsonTokenType.EndArray:
                break;
            default:
                Ready.Enqueue(new ChunkEntry(++_count, offset) { Problem = "it is no object" });
                break;
        }
    }

    private void TakeField(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _field = Text(ref reader) ?? "";
                break;
            case JsonTokenType.StartArray:
                _isVector = _field == "embedding";
                _isDamaged = false;
                _components.Clear();
                break;
            case JsonTokenType.EndArray when _isVector:
                EndVector();
                break;
            case JsonTokenType.StartObject:
                _entry!.HasSparse |= _field == "sparse_embedding";
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                break;
            default:
                TakeValue(ref reader, _entry!);
                break;
        }
    }

    private void TakeComponent(ref Utf8JsonReader reader)
    {
        if (
            reader.TokenType == JsonTokenType.Number
            && reader.TryGetSingle(out var value)
            && float.IsFinite(value)
            && _components.Count < MaxComponents
        )
        {
            _components.Add(value);
        }
        else
        {
            _isDamaged = true;
        }
    }

    private void EndVector()
    {
        var vector = CollectionsMarshal.AsSpan(_components);
        _isVector = false;
        _entry!.HasDamagedVector = _isDamaged;
        _entry.HasZeroVector = !_isDamaged && vector.Length > 0 && !vector.ContainsAnyExcept(0f);
        _entry.Vector =
            _isDamaged || vector.IsEmpty || _entry.HasZeroVector || !HasDirection(vector) ? null : DenseVectorCodec.Encode(vector);
    }

    /// <summary>Components so small that their squares vanish are no direction either.</summary>
    private static bool HasDirection(ReadOnlySpan<float> vector)
    {
        var square = 0.0;
        foreach (var value in vector)
        {
            square += (double)value * value;
        }

        return square > float.Epsilon;
    }

    private void TakeValue(ref Utf8JsonReader reader, ChunkEntry entry)
    {
        switch (_field)
        {
            case "id" or "sparse_embedding" or "values":
                break;
            case "embedding":
                entry.HasDamagedVector = reader.TokenType != JsonTokenType.Null;
                break;
            case "doc_id":
                entry.DocumentId = Plain(ref reader) ?? "";
                break;
            case "chunk_index":
                entry.Index = Integer(ref reader);
                break;
            case "total_chunks":
                entry.Total = Integer(ref reader);
                break;
            case "text":
                entry.Text = reader.TokenType == JsonTokenType.String ? Text(ref reader) : null;
                break;
            default:
                entry.Fields.Add(new(_field, Plain(ref reader) ?? ""));
                break;
        }
    }

    private static void Check(ChunkEntry entry) =>
        entry.Problem ??=
            entry.DocumentId.Length == 0 ? "it has no doc_id"
            : entry.Text is null ? "it has no text"
            : entry.Text.Length > MaxTextUnits ? $"its text has more than {MaxTextUnits:N0} characters"
            : entry.Index is not > 0 ? "its chunk_index is no number from 1"
            : entry.Total is not > 0 ? "its total_chunks is no number from 1"
            : entry.Index > entry.Total ? $"its chunk_index {entry.Index} is above its total_chunks {entry.Total}"
            : null;

    private static int? Integer(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) ? value : null;

    /// <summary>A plain value as text. The original makes numbers of columns that look so, <c>2020.0</c> of a year when another row has none.</summary>
    private string? Plain(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref reader);
            case JsonTokenType.Number:
                var number = System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
                return number.EndsWith(".0", StringComparison.Ordinal) ? number[..^2] : number;
            case JsonTokenType.True or JsonTokenType.False:
                return reader.GetBoolean().ToString(CultureInfo.InvariantCulture);
            default:
                return null;
        }
    }

    private string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are not UTF-8.
            _entry!.Problem = $"the text of '{(_field.Length == 0 ? "a key" : _field)}' is no valid Unicode";
            return null;
        }
    }
}
