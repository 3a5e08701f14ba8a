using System.Globalization;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;
using RagPy.Core.Sources.Chunks;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Estimates;

/// <summary>Adds up what the documents of a source need.</summary>
internal sealed class SourceTally(EmbedderInfo embedder, ChunkSettings chunks, TokenCounter counter)
{
    /// <summary>Bytes of a page of a PDF whose page tree cannot be seen: a page of text, and one of a scan.</summary>
    private const long FewBytes = 20_000;
    private const long ManyBytes = 500_000;

    /// <summary>Tokens of a page: a page with pictures and wide margins, and one of two dense columns.</summary>
    private const long FewTokens = 150;
    private const long ManyTokens = 1100;

    private long _counted;
    private long _guessed;
    private long _read;
    private long _exact;
    private long _markup;

    public long Documents { get; set; }

    public long Done { get; set; }

    public long Unusable { get; set; }

    public long Files { get; private set; }

    public long Bytes { get; private set; }

    public long Bought { get; private set; }

    public AmountRange Pages { get; private set; } = AmountRange.Zero;

    public AmountRange Passages { get; private set; } = AmountRange.Zero;

    public AmountRange Tokens { get; private set; } = AmountRange.Zero;

    /// <summary>Tokens of a text.</summary>
    public int Count(string text) => counter.Count(text);

    /// <summary>Adds a document whose passages stand in the database.</summary>
    public void AddExact(long? length, int? pages, (int Passages, long Tokens, int Bought) passages)
    {
        _exact++;
        Files++;
        Bytes += length ?? 0;
        Pages += AmountRange.Exactly(pages ?? 0);
        Passages += AmountRange.Exactly(passages.Passages + passages.Bought);
        Tokens += AmountRange.Exactly(passages.Tokens);
        Bought += passages.Bought;
    }

    /// <summary>Adds an item that is found by its title and abstract.</summary>
    /// <param name="isCertain">False when a file of the item may still be read in its place.</param>
    public void AddAbstract(SourceItem item, bool isCertain)
    {
        var text = DocumentVersions.AbstractText(item.Title, item.Abstract);
        if (text.Length > 0)
        {
            AddTexts([text], item.Title, isCertain);
        }
    }

    /// <summary>Adds a document with a file.</summary>
    public async Task AddFileAsync(SourceDocument document, CancellationToken cancellationToken)
    {
        var file = document.File!;
        Files++;
        Bytes += file.Length ?? 0;
        await using var content = await file.OpenAsync(cancellationToken);
        if (ChunkText.TryProvider(file.ContentType, out _))
        {
            await AddChunksAsync(content, document.Item.Title, cancellationToken);
        }
        else if (CsvText.TryProvider(file.ContentType, out _))
        {
            _read++;
            using var reader = new StreamReader(content);
            AddText(AmountRange.Exactly(counter.Count(await reader.ReadToEndAsync(cancellationToken))), document.Item.Title);
        }
        else if (file.ContentType == "application/pdf")
        {
            await AddPdfAsync(file, content, document.Item.Title, cancellationToken);
        }
        else
        {
            // From a table of figures in a page of markup to an archive of plain text.
            _markup++;
            AddText(new AmountRange((file.Length ?? 0) / 50, (file.Length ?? 0) / 2), document.Item.Title);
        }
    }

    /// <summary>What the numbers rest on.</summary>
    public IEnumerable<string> Basis()
    {
        return new[]
        {
            Say(_exact, "documents were cut into passages before: their numbers are exact."),
            Say(_counted, "PDFs have their pages counted in their page trees."),
            Say(_guessed, $"PDFs cannot be seen into: a page is taken to have {FewBytes / 1000:N0} to {ManyBytes / 1000:N0} kB."),
            Say(
                _counted + _guessed,
                $"PDFs are taken to have {FewTokens:N0} to {ManyTokens:N0} tokens a page; pages of images have none until they are recognised, which is not in these numbers."
            ),
            Say(_read, "texts are counted token by token."),
            Say(_markup, "files of markup are taken to have one token for each 2 to 50 bytes."),
        }.OfType<string>();
    }

    private async Task AddPdfAsync(SourceFile file, Stream content, string title, CancellationToken cancellationToken)
    {
        var count = await PdfPageCount.ReadAsync(content, file.Length, cancellationToken);
        var length = file.Length ?? 0;
        var pages = count is { } exact
            ? AmountRange.Exactly(exact)
            : new AmountRange(Math.Max(1, length / ManyBytes), Math.Max(1, length / FewBytes));
        _counted += count is null ? 0 : 1;
        _guessed += count is null ? 1 : 0;
        Pages += pages;
        AddText(new AmountRange(pages.Low * FewTokens, pages.High * ManyTokens), title);
    }

    /// <summary>Adds a text that is yet to be cut. Neighbours share up to the overlap, and a passage may end early where a paragraph does.</summary>
    private void AddText(AmountRange tokens, string title)
    {
        var titleTokens = counter.Count(title) + 1;
        var passages = new AmountRange(Divide(tokens.Low, chunks.Size), Divide(tokens.High * 2, Math.Max(1, chunks.Size - chunks.Overlap)));
        Passages += passages;
        Tokens += new AmountRange(
            tokens.Low + (passages.Low * titleTokens),
            (tokens.High * chunks.Size / Math.Max(1, chunks.Size - chunks.Overlap)) + (passages.High * titleTokens)
        );
    }

    private void AddTexts(IReadOnlyCollection<string> texts, string title, bool isCertain)
    {
        var titleTokens = counter.Count(title) + 1;
        var tokens = texts.Sum(text => (long)counter.Count(text) + titleTokens);
        Passages += new AmountRange(isCertain ? texts.Count : 0, texts.Count);
        Tokens += new AmountRange(isCertain ? tokens : 0, tokens);
    }

    private async Task AddChunksAsync(Stream content, string title, CancellationToken cancellationToken)
    {
        _read++;
        var titleTokens = counter.Count(title) + 1;
        await foreach (var (text, vector, model) in ChunkLines.ReadAsync(content, cancellationToken))
        {
            Passages += AmountRange.Exactly(1);
            if (vector?.Length == embedder.Dimension * sizeof(float) && GivenModel.IsOf(model!, embedder.Id))
            {
                Bought++;
            }
            else
            {
                Tokens += AmountRange.Exactly(counter.Count(text) + titleTokens);
            }
        }
    }

    private static long Divide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    private static string? Say(long count, FormattableString what) =>
        count == 0 ? null : $"{count.ToString("N0", CultureInfo.InvariantCulture)} {what.ToString(CultureInfo.InvariantCulture)}";

    private static string? Say(long count, string what) =>
        count == 0 ? null : $"{count.ToString("N0", CultureInfo.InvariantCulture)} {what}";
}
