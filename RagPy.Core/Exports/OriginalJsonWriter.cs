using System.Globalization;
using System.Numerics;
using System.Text;
using RagPy.Core.Embedding;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Exports;

/// <summary>
/// Text of chunk objects as Python's <c>json.dump(…, indent=2, ensure_ascii=False)</c> lays it out within a list. Only quotes, backslashes
/// and control characters are escaped, which no encoder of System.Text.Json does.
/// </summary>
internal sealed class OriginalJsonWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Replaces the text by that of one object, without a separator before or after it.</summary>
    internal StringBuilder Write(ExportedDocument document, long documentNumber, ExportedChunk chunk)
    {
        var number = documentNumber.ToString(CultureInfo.InvariantCulture);
        _text.Clear().Append("  {\n    \"id\": ");
        WriteString($"{number}_{chunk.Number.ToString(CultureInfo.InvariantCulture)}");
        WriteKey("doc_id");
        WriteString(number);
        WriteKey("chunk_index");
        _text.Append(CultureInfo.InvariantCulture, $"{chunk.Number}");
        WriteKey("total_chunks");
        _text.Append(CultureInfo.InvariantCulture, $"{document.Chunks}");
        WriteKey("text");
        WriteString(chunk.Text);
        for (var i = 0; i < OriginalColumns.Metadata.Length; i++)
        {
            WriteKey(OriginalColumns.Metadata[i]);
            WriteString(document.Fields[i]);
        }

        WriteKey(OriginalColumns.Provider);
        WriteString(document.Provider);
        WriteVectors(chunk);

        return _text.Append("\n  }");
    }

    private void WriteVectors(ExportedChunk chunk)
    {
        if (chunk.Dense is { } dense)
        {
            WriteKey("embedding");
            WriteList(dense, "    ", WriteNumber);
        }

        if (chunk.Sparse is { } sparse)
        {
            WriteKey("sparse_embedding");
            WriteSparse(sparse);
        }
    }

    /// <summary>Value of a term = its count / all terms kept, as the original normalises; index = the term's hash as a decimal string.</summary>
    private void WriteSparse(SparseVector sparse)
    {
        _text.Append("{\n      \"indices\": ");
        WriteList(sparse.Terms, "      ", term => WriteString(term.ToString(CultureInfo.InvariantCulture)));
        _text.Append(",\n      \"values\": ");
        WriteList(sparse.Counts, "      ", count => WriteNumber((double)count / sparse.Length));
        _text.Append("\n    }");
    }

    private void WriteList<T>(T[] values, string indent, Action<T> write)
    {
        _text.Append('[');
        for (var i = 0; i < values.Length; i++)
        {
            _text.Append(i == 0 ? "\n" : ",\n").Append(indent).Append("  ");
            write(values[i]);
        }

        _text.Append(values.Length == 0 ? "]" : $"\n{indent}]");
    }

    /// <summary>Shortest digits that give the same number back, with a point or an exponent so that readers take it for a float.</summary>
    private void WriteNumber<T>(T value)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value))
            throw new InvalidDataException("A stored vector has a component that is no number.");

        Span<char> digits = stackalloc char[32];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        digits = digits[..length];
        digits.Replace('E', 'e');
        _text.Append(digits);
        if (!digits.ContainsAny('.', 'e'))
            _text.Append(".0");
    }

    private void WriteKey(string key)
    {
        _text.Append(",\n    ");
        WriteString(key);
        _text.Append(": ");
    }

    private void WriteString(string value)
    {
        _text.Append('"');
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => _text.Append(unit),
            };
        }

        _text.Append('"');
    }
}
