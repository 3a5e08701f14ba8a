using System.Globalization;
using RagPy.Core.Chunking;
using RagPy.Core.CleanUp;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Sources;
using RagPy.Core.Sources.Chunks;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Estimates;

/// <summary>Adds up what the documents of a source need.</summary>
internal sealed class SourceTally(EstimateChoices choices, Extractors extractors, ChunkSettings chunks, TokenCounter counter)
{
    /// <summary>Bytes of a page of a PDF whose page tree cannot be seen: a page of text, and one of a scan.</summary>
    private const long FewBytes = 20_000;
    private const long ManyBytes = 500_000;

    /// <summary>PDFs whose text is not known; a page's tokens are guessed when all are there (<see cref="PageTokens"/>).</summary>
    private readonly List<(AmountRange Pages, int Title, bool IsCleaned)> _unread = [];

    private long _counted;
    private long _guessed;
    private long _read;
    private long _exact;
    private long _extracted;
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

    /// <summary>Pages that are to be recognised.</summary>
    public AmountRange Recognized { get; private set; } = AmountRange.Zero;

    /// <summary>Passages that are to be cleaned up.</summary>
    public AmountRange Cleaned { get; private set; } = AmountRange.Zero;

    /// <summary>Their tokens.</summary>
    public AmountRange CleanedTokens { get; private set; } = AmountRange.Zero;

    /// <summary>Tokens of a text.</summary>
    public int Count(string text) => counter.Count(text);

    /// <summary>Adds a document whose passages stand in the database.</summary>
    /// <param name="toRead">Pages of it that are to be recognised still.</param>
    public void AddExact(SourceDocument document, int? pages, int toRead, KnownPassages passages)
    {
        var file = document.File!;
        _exact++;
        Files++;
        Bytes += file.Length ?? 0;
        Pages += AmountRange.Exactly(extractors.HasPages(file.ContentType) ? pages ?? 0 : 0);
        Passages += AmountRange.Exactly(passages.Passages + passages.Bought);
        Tokens += AmountRange.Exactly(passages.Tokens);
        Bought += passages.Bought;
        if (IsCleaned(file))
        {
            Cleaned += AmountRange.Exactly(passages.Raw);
            CleanedTokens += AmountRange.Exactly(passages.RawTokens);
        }

        if (toRead > 0)
        {
            Recognized += AmountRange.Exactly(toRead);
            _unread.Add((AmountRange.Exactly(toRead), TitleTokens(document), IsCleaned(file)));
        }
    }

    /// <summary>Adds a PDF whose pages are in the database and are not cut yet.</summary>
    /// <param name="toRead">Pages of it that are to be recognised.</param>
    public void AddExtracted(SourceDocument document, int pages, int unread, int toRead)
    {
        _extracted++;
        Files++;
        Bytes += document.File!.Length ?? 0;
        Pages += AmountRange.Exactly(pages);
        Recognized += AmountRange.Exactly(toRead);
        _unread.Add(
            (AmountRange.Exactly(toRead >= unread ? pages : pages - unread + toRead), TitleTokens(document), IsCleaned(document.File))
        );
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
    public async Task AddFileAsync(SourceDocument document, CountedFiles counted, CancellationToken cancellationToken)
    {
        var file = document.File!;
        Files++;
        Bytes += file.Length ?? 0;
        if (extractors.HasPages(file.ContentType))
        {
            AddPdf(document, await counted.CountPagesAsync(file, cancellationToken));
            return;
        }

        await using var content = await file.OpenAsync(cancellationToken);
        if (ChunkText.TryProvider(file.ContentType, out _))
        {
            await AddChunksAsync(content, document.Item.Title, cancellationToken);
        }
        else if (CsvText.TryProvider(file.ContentType, out _))
        {
            _read++;
            using var reader = new StreamReader(content);
            var tokens = AmountRange.Exactly(counter.Count(await reader.ReadToEndAsync(cancellationToken)));
            AddText(tokens, TitleTokens(document), IsCleaned(file));
        }
        else
        {
            // From a table of figures in a page of markup to an archive of plain text.
            _markup++;
            AddText(new AmountRange((file.Length ?? 0) / 50, (file.Length ?? 0) / 2), TitleTokens(document), IsCleaned(file));
        }
    }

    /// <summary>Adds what could not be said of one file without knowing how many there are. To be called once, at the end.</summary>
    public void Close()
    {
        var (few, many) = PageTokens.Of(_unread.Count);
        foreach (var (pages, title, isCleaned) in _unread)
        {
            AddText(new AmountRange((long)(pages.Low * few), (long)(pages.High * many)), title, isCleaned);
        }
    }

    /// <summary>What the numbers rest on.</summary>
    public IEnumerable<string> Basis()
    {
        var (few, many) = PageTokens.Of(_unread.Count);
        return new[]
        {
            Say(_exact, "documents were cut into passages before: their numbers are exact."),
            Say(_extracted, "PDFs were read before: their pages, and those of images among them, are known."),
            Say(_counted, "PDFs have their pages counted in their page trees."),
            Say(_guessed, $"PDFs cannot be seen into: a page is taken to have {FewBytes / 1000:N0} to {ManyBytes / 1000:N0} kB."),
            Say(
                _unread.Count,
                $"PDFs are taken to have {few:N0} to {many:N0} tokens a page over all of them; pages of images have none where nothing reads them."
            ),
            Say(_read, "texts are counted token by token."),
            Say(_markup, "files of markup are taken to have one token for each 2 to 50 bytes."),
        }.OfType<string>();
    }

    private bool IsCleaned(SourceFile file) =>
        CleanUpRules.For(DocumentKind.File, file.ContentType, extractors.For(file.ContentType).Engine, choices.CleanUp)
        != CleanUpRules.None;

    private int TitleTokens(SourceDocument document) => counter.Count(document.Item.Title) + 1;

    private void AddPdf(SourceDocument document, int? count)
    {
        var length = document.File!.Length ?? 0;
        var pages = count is { } exact
            ? AmountRange.Exactly(exact)
            : new AmountRange(Math.Max(1, length / ManyBytes), Math.Max(1, length / FewBytes));
        _counted += count is null ? 0 : 1;
        _guessed += count is null ? 1 : 0;
        Pages += pages;
        _unread.Add((pages, TitleTokens(document), IsCleaned(document.File)));
        if (!choices.Recognition.IsEmpty)
        {
            Recognized += new AmountRange(choices.Recognition.ReadsAll ? pages.Low : 0, pages.High);
        }
    }

    /// <summary>Adds a text that is yet to be cut. Neighbours share up to the overlap, and a passage may end early where a paragraph does.</summary>
    private void AddText(AmountRange tokens, int title, bool isCleaned)
    {
        var step = Math.Max(1, chunks.Size - chunks.Overlap);
        var passages = new AmountRange(Divide(tokens.Low, chunks.Size), Divide(tokens.High * 2, step));
        var cut = new AmountRange(tokens.Low, tokens.High * chunks.Size / step);
        Passages += passages;
        Tokens += new AmountRange(cut.Low + (passages.Low * title), cut.High + (passages.High * title));
        if (isCleaned)
        {
            Cleaned += passages;
            CleanedTokens += cut;
        }
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
            if (vector?.Length == choices.Embedder.Dimension * sizeof(float) && GivenModel.IsOf(model!, choices.Embedder.Id))
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
