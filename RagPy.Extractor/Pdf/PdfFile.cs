using RagPy.Extractor.Layout;
using RagPy.Extractor.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Exceptions;
using UglyToad.PdfPig.Outline;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>An open PDF.</summary>
internal sealed class PdfFile : IDisposable
{
    /// <summary>How far into a file its header may stand; viewers look at the first kilobyte, mail gateways put more before it.</summary>
    private const int HeaderWindow = 8192;

    /// <summary>
    /// PdfPig keeps every object it has read. Opening the file anew after this many pages bounds that by the pages between; it costs about
    /// as much as one page.
    /// </summary>
    private const int PagesPerOpening = 128;

    private const int MaxBookmarks = 20_000;

    private readonly ReadOnlyMemory<byte> _bytes;
    private PdfDocument _document;
    private int _pagesRead;

    private PdfFile(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _document = OpenDocument(bytes);
    }

    public int PageCount => _document.NumberOfPages;

    /// <summary>Reads a file into memory and opens it.</summary>
    /// <exception cref="ExtractionFailedException">It is empty, no PDF, encrypted, or damaged beyond reading.</exception>
    public static PdfFile Open(string path)
    {
        var info = new FileInfo(path);
        if (info.Length > Array.MaxLength)
        {
            throw new ExtractionFailedException("too_large", "The file is larger than 2 GB. Split it, then import the parts.");
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0)
        {
            throw new ExtractionFailedException("empty", "The file has no content (0 bytes). Fetch it again from its source.");
        }

        if (bytes.AsSpan(0, Math.Min(bytes.Length, HeaderWindow)).IndexOf("%PDF-"u8) < 0)
        {
            throw new ExtractionFailedException(
                "not_pdf",
                "The file is not a PDF: it lacks the %PDF header. Check that the download was not a web page."
            );
        }

        return new PdfFile(bytes);
    }

    /// <summary>Reads one page.</summary>
    /// <param name="index">1-based.</param>
    public GlyphPage ReadPage(int index)
    {
        if (_pagesRead++ >= PagesPerOpening)
        {
            _document.Dispose();
            _document = null!;
            // The collector sees no hurry on a large machine; the parent watches this process's size.
            GC.Collect();
            _document = OpenDocument(_bytes);
            _pagesRead = 1;
        }

        return _document.GetPage<GlyphPage>(index);
    }

    /// <summary>Labels from <c>/PageLabels</c> by position, or null.</summary>
    public string?[]? ReadLabels() => Try(() => PageLabels.Read(_document.Structure, PageCount));

    /// <summary>Title from the information dictionary, or null.</summary>
    public string? ReadTitle() => Clean(Try(() => _document.Information.Title));

    /// <summary>The catalog's language tag, or null.</summary>
    public string? ReadLanguage() =>
        Clean(
            Try(() =>
                _document.Structure.Catalog.CatalogDictionary.TryGet(NameToken.Lang, out var token) && token is IDataToken<string> text
                    ? text.Data
                    : null
            )
        );

    /// <summary>Bookmarks in reading order.</summary>
    public List<Bookmark> ReadOutline() =>
        Try(() =>
        {
            var outline = new List<Bookmark>();
            if (_document.TryGetBookmarks(out var bookmarks))
            {
                Collect(bookmarks.Roots, 1, outline);
            }

            return outline;
        }) ?? [];

    public void Dispose() => _document.Dispose();

    private static void Collect(IReadOnlyList<BookmarkNode> nodes, int level, List<Bookmark> into)
    {
        foreach (var node in nodes)
        {
            if (into.Count >= MaxBookmarks || level > 64)
            {
                return;
            }

            var title = Clean(node.Title);
            if (title is not null)
            {
                var page = node is DocumentBookmarkNode { PageNumber: > 0 } target ? target.PageNumber : (int?)null;
                into.Add(new Bookmark(level, title, page));
            }

            Collect(node.Children, level + 1, into);
        }
    }

    private static string? Clean(string? text)
    {
        var clean = text is null ? "" : GlyphText.Clean(text).Trim();
        return clean.Length is 0 or > 4096 ? null : clean;
    }

    private static PdfDocument OpenDocument(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var document = PdfDocument.Open(bytes, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true });
            document.AddPageFactory<GlyphPage, GlyphPageFactory>();
            return document;
        }
        catch (PdfDocumentEncryptedException)
        {
            throw new ExtractionFailedException(
                "encrypted",
                "The PDF is protected by a password. Save a copy without it, then import that."
            );
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new ExtractionFailedException(
                "corrupt",
                $"The PDF is damaged and cannot be read ({exception.GetType().Name}). Fetch it again, or repair it with a PDF tool."
            );
        }
    }

    /// <summary>Metadata is a gift: where it is damaged, the pages still count.</summary>
    private static T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return default;
        }
    }
}
