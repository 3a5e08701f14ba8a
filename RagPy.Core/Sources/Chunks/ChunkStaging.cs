using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace RagPy.Core.Sources.Chunks;

/// <summary>
/// Sorts a chunk file by document. The original writes a document's chunks one behind the other, but nothing says that it must be so: each chunk goes to a
/// temporary file as it comes, and memory holds where it is, 32 bytes for a chunk and some hundred for a document.
/// </summary>
internal sealed class ChunkStaging(string fileName, string? model) : IDisposable
{
    /// <summary>Entries without a document that are reported one by one.</summary>
    private const int MaxStrays = 100;

    private readonly Dictionary<UInt128, StagedDocument> _documents = [];
    private readonly ArrayBufferWriter<byte> _line = new(1 << 15);

    public ChunkSpool Spool { get; } = new();

    /// <summary>The documents in the order in which the file names them first.</summary>
    public List<StagedDocument> Documents { get; } = [];

    /// <summary>Entries that belong to no document.</summary>
    public List<ChunkEntry> Strays { get; } = [];

    public ChunkFileNotes Notes { get; } = new();

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="SourceException">It is damaged.</exception>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        await foreach (var entry in ChunkFileReader.ReadAsync(stream, fileName, cancellationToken))
        {
            Take(entry);
        }

        Spool.Flush();
        foreach (var document in Documents)
        {
            document.Complete();
        }
    }

    /// <summary>The bibliographic fields of a document.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> FieldsOf(StagedDocument document)
    {
        var bytes = new byte[document.Fields.Length];
        for (var read = 0; read < bytes.Length; )
        {
            read += Spool.Read(bytes.AsSpan(read), document.Fields.Offset + read);
        }

        return JsonSerializer.Deserialize<List<KeyValuePair<string, string>>>(bytes)!;
    }

    /// <summary>What made the vectors of a chunk: what was said, else the original's model for vectors of its dimension; null when it cannot be known.</summary>
    public string? ModelOf(byte[] vector) =>
        model ?? (vector.Length == GivenModel.OriginalDimension * sizeof(float) ? GivenModel.Original : null);

    public void Dispose() => Spool.Dispose();

    private void Take(ChunkEntry entry)
    {
        if (entry.DocumentId.Length == 0)
        {
            if (Strays.Count < MaxStrays)
            {
                Strays.Add(entry);
            }
            else
            {
                Notes.CountRefused();
            }

            return;
        }

        var document = DocumentOf(entry);
        if (entry.Problem is not null)
        {
            document.Refuse(entry);
            return;
        }

        var text = UnicodeText.WellFormed(entry.Text!).Normalize(NormalizationForm.FormC);
        var hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));
        if (string.IsNullOrWhiteSpace(text))
        {
            Notes.CountBlank();
            document.Add(entry, new ChunkPlace(entry.Index!.Value, 0, 0, hash));
            return;
        }

        var madeBy = entry.Vector is null ? null : ModelOf(entry.Vector);
        Notes.Count(entry, madeBy);
        document.HasVectors |= madeBy is not null;
        _line.ResetWrittenCount();
        ChunkLines.Write(_line, text, madeBy is null ? [] : entry.Vector);
        document.Add(entry, new ChunkPlace(entry.Index!.Value, _line.WrittenCount, Spool.Append(_line.WrittenSpan), hash));
    }

    private StagedDocument DocumentOf(ChunkEntry entry)
    {
        var id = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(entry.DocumentId));
        if (!_documents.TryGetValue(id, out var document))
        {
            var fields = JsonSerializer.SerializeToUtf8Bytes(entry.Fields);
            document = new StagedDocument(entry, (Spool.Append(fields), fields.Length));
            _documents.Add(id, document);
            Documents.Add(document);
        }

        return document;
    }
}
