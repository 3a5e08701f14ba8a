using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Sources.Chunks;

/// <summary>Bibliographic fields of a chunk, under the names that columns of a table may have.</summary>
internal sealed class ChunkFields
{
    private readonly string[] _record;
    private readonly CsvColumns? _columns;
    private readonly Dictionary<string, string> _others = new(StringComparer.Ordinal);

    public ChunkFields(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        // A table needs a column for the text, which of chunks is not among the fields.
        string[] header = [CsvColumns.Text, .. fields.Select(f => f.Key)];
        _record = ["", .. fields.Select(f => f.Value)];
        CsvColumns.TryMap(header, out _columns);
        foreach (var (name, value) in fields)
        {
            _others.TryAdd(name, value);
        }
    }

    /// <summary>The value of a field, trimmed; empty when there is none.</summary>
    public string Of(string field) =>
        _columns?.Of(field, _record) is { Length: > 0 } value ? value : _others.GetValueOrDefault(field, "").Trim();
}
