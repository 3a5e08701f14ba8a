using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Sources.Chunks;

/// <summary>
/// One of the original's chunk files, with or without vectors. Each <c>doc_id</c> is a document whose passages are the chunks as they are. Since the original
/// draws <c>doc_id</c> anew in each run, a document is known by <c>itemKey</c> and file name, as in the original's table, else by its text.
/// </summary>
/// <param name="tree">Where the file lies; disposed with the source.</param>
/// <param name="path">The file's path in the tree.</param>
internal sealed class ChunkSource(IFileTree tree, string path, SourceVectors? vectors) : ISource
{
    private ChunkStaging? _staging;

    public string Kind => "chunks";

    public IReadOnlyList<string> Notes => _staging?.Notes.ToSentences(vectors) ?? [];

    public async IAsyncEnumerable<SourceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var staging = _staging ??= await StageAsync(cancellationToken);
        var times = CountKeys(staging);
        var seen = new HashSet<UInt128>();
        foreach (var document in staging.Documents)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = Read(staging, document, isShared: times[document.Key] > 1);
            if (seen.Add(HashOf(read.Key)))
            {
                yield return read;
            }
        }

        foreach (var stray in staging.Strays)
        {
            yield return Stray(stray);
        }
    }

    public ValueTask DisposeAsync()
    {
        _staging?.Dispose();

        return tree.DisposeAsync();
    }

    private string FileName => path[(path.LastIndexOf('/') + 1)..];

    private async Task<ChunkStaging> StageAsync(CancellationToken cancellationToken)
    {
        var file = tree.Find(path) ?? throw new SourceException($"'{path}' is no longer in '{tree.Location}'.");
        var staging = new ChunkStaging(FileName, vectors?.Model);
        try
        {
            await using var stream = file.Open();
            await staging.ReadAsync(stream, cancellationToken);

            return staging;
        }
        catch
        {
            staging.Dispose();
            throw;
        }
    }

    /// <summary>How often each key comes: two files of one item may have the same name.</summary>
    private Dictionary<UInt128, int> CountKeys(ChunkStaging staging)
    {
        var times = new Dictionary<UInt128, int>();
        foreach (var document in staging.Documents)
        {
            document.Key = HashOf(Read(staging, document, isShared: false).Key);
            times[document.Key] = times.GetValueOrDefault(document.Key) + 1;
        }

        return times;
    }

    private SourceDocument Read(ChunkStaging staging, StagedDocument document, bool isShared)
    {
        var fields = new ChunkFields(staging.FieldsOf(document));
        var itemKey = fields.Of(CsvColumns.Key);
        var (file, place) = (fields.Of("filename"), fields.Of("path"));
        var isKey = itemKey.Length > 0 && !CsvItem.IsRowNumber(itemKey);
        var item = CsvItem.Of(isKey ? CsvItem.KeyOf(itemKey) : $"chunks/{itemKey}/{document.Hash}", itemKey, fields.Of);
        var name =
            file.Length > 0 ? file
            : place.Length > 0 ? place
            : "text";

        return new SourceDocument(
            $"{item.Key}/{name}{(isShared && isKey ? "#" + document.Hash : "")}",
            item,
            document.Failure is null ? File(staging, document, fields) : null,
            document.Failure,
            FileName: file,
            Path: place.Length > 0 || file.Length > 0 || item.Title.Length > 0 ? place : PlaceOf(document.FirstEntry),
            AttachmentTitle: fields.Of("attachment_title")
        );
    }

    private SourceFile File(ChunkStaging staging, StagedDocument document, ChunkFields fields)
    {
        var head = ChunkLines.Head(document.HasVectors ? vectors?.Model ?? GivenModel.Original : null);
        var provider = fields.Of(CsvColumns.Provider) is { Length: > 0 } given ? given : fields.Of("ocr_provider");

        return new SourceFile(
            ChunkText.ContentType(provider),
            SpooledStream.LengthOf(head, document.Parts()),
            _ => ValueTask.FromResult<Stream>(new SpooledStream(head, staging.Spool, document.Parts()))
        );
    }

    private SourceDocument Stray(ChunkEntry entry)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"chunks//entry {entry.Number}");
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"Entry {entry.Number} of the file (byte {entry.Offset:N0}) cannot be used: {entry.Problem}."
        );

        return new SourceDocument(
            key,
            new SourceItem { Key = key },
            File: null,
            new Failure(FailureCode.Corrupt, reason),
            Path: PlaceOf(entry.Number)
        );
    }

    /// <summary>RFC 6901: a pointer into the array, whose first entry is 0.</summary>
    private string PlaceOf(int entry) => string.Create(CultureInfo.InvariantCulture, $"{FileName}#/{entry - 1}");

    private static UInt128 HashOf(string key) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(key));
}
