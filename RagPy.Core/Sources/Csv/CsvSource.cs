using System.Runtime.CompilerServices;
using CsvHelper;

namespace RagPy.Core.Sources.Csv;

/// <summary>
/// A CSV of texts, read row by row: each is a document whose file is its text. A row without text is found by its title and abstract, one that has nothing
/// at all is no document. Memory holds one row and 40 bytes or so for each key seen.
/// </summary>
/// <param name="tree">Where the file lies; disposed with the source.</param>
/// <param name="path">The file's path in the tree.</param>
/// <param name="sharesNumbers">As <see cref="SourceOptions.SharesRowNumbers"/>.</param>
internal sealed class CsvSource(IFileTree tree, string path, bool sharesNumbers = false) : ISource
{
    /// <summary>Longest field, in UTF-16 units: above it a quote was opened and never closed, and the rest of the file is in one field.</summary>
    public const double MaxFieldUnits = 32 << 20;

    private const int BufferSize = 1 << 16;

    public string Kind => "csv";

    public async IAsyncEnumerable<SourceDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dialect = await DetectAsync(cancellationToken);
        await using var stream = Open();
        using var reader = new StreamReader(stream, dialect.Encoding, detectEncodingFromByteOrderMarks: false, BufferSize);
        using var parser = new CsvParser(reader, CsvDetector.Configuration(dialect.Delimiter));
        if (dialect.HasSeparatorLine)
        {
            await MoveAsync(parser);
        }

        var header = await MoveAsync(parser) ? parser.Record ?? [] : [];
        if (!CsvColumns.TryMap(header, out var columns))
        {
            throw WithoutText(header);
        }

        var rows = new CsvRows(columns, FileName, sharesNumbers);
        for (var row = 1; await MoveAsync(parser); row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows.Read(parser.Record ?? [], row) is { } document)
            {
                yield return document;
            }
        }
    }

    public ValueTask DisposeAsync() => tree.DisposeAsync();

    private string FileName => path[(path.LastIndexOf('/') + 1)..];

    private Stream Open() => (tree.Find(path) ?? throw new SourceException($"'{path}' is no longer in '{tree.Location}'.")).Open();

    private async Task<CsvDialect> DetectAsync(CancellationToken cancellationToken)
    {
        var sample = new byte[CsvDetector.SampleBytes];
        await using var stream = Open();
        var length = await stream.ReadAtLeastAsync(sample, sample.Length, throwOnEndOfStream: false, cancellationToken);

        return CsvDetector.Detect(sample.AsMemory(0, length), isWhole: length < sample.Length);
    }

    private async Task<bool> MoveAsync(CsvParser parser)
    {
        try
        {
            return await parser.ReadAsync();
        }
        catch (MaxFieldSizeException exception)
        {
            throw new SourceException(
                $"'{FileName}' has a field of more than {MaxFieldUnits:N0} characters near line {parser.RawRow:N0}: a quotation mark (\") there is opened and never closed. Close it, and bring the file in again.",
                exception
            );
        }
    }

    private SourceException WithoutText(string[] header) =>
        new(
            header.Length == 0
                ? $"'{FileName}' is empty."
                : $"'{FileName}' has no column for the text. It needs one named texteocr, text, content, body, description, texte or contenu; its columns are: {string.Join(", ", header.Select(name => name.Trim()))}."
        );
}
