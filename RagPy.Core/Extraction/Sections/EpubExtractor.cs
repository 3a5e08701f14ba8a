using System.Runtime.CompilerServices;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;

namespace RagPy.Core.Extraction.Sections;

/// <summary>EPUB books: the files of the spine in order, a section for each heading, labelled by the heading or by the table of contents.</summary>
internal sealed class EpubExtractor : ISectionExtractor
{
    public const string ContentType = "application/epub+zip";

    /// <summary>Text of a whole book, in bytes of its files: 40 times a long novel.</summary>
    private const long MaxTextBytes = 128L << 20;

    private static readonly ArchiveLimits s_limits = new()
    {
        MaxEntries = 20_000,
        MaxFileBytes = 256L << 20,
        MaxTotalBytes = 4L << 30,
    };

    public string Engine => "epub";

    public string Version => "epub-1";

    public bool Reads(string contentType) => contentType == ContentType;

    /// <exception cref="DocumentFailedException"><c>corrupt</c>, <c>encrypted</c>, <c>empty</c> or <c>too_large</c>.</exception>
    public async IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var tree = Open(path);
        var book = EpubPackage.Open(tree);
        var sections = new SectionWriter(Engine);
        var read = 0L;
        foreach (var (part, title) in book.Parts)
        {
            // A file that the spine names and the archive has not is skipped, as reading systems do.
            if (tree.Find(part) is { } file)
            {
                read += file.Length;
                if (read > MaxTextBytes)
                {
                    throw new DocumentFailedException(FailureCode.TooLarge, $"The book's text is larger than {MaxTextBytes:N0} bytes.");
                }

                sections.Part(title);
                await using var content = file.Open();
                HtmlReader.Read(await HtmlFile.ReadAsync(content, cancellationToken), sections, cancellationToken);
            }
        }

        var parts = sections.Finish(book.Title, book.Language).ToList();
        if (parts.Count == 1)
        {
            throw new DocumentFailedException(FailureCode.Empty, "The book has no text; its pages may be pictures.");
        }

        foreach (var part in parts)
        {
            yield return part;
        }
    }

    private static ZipTree Open(string path)
    {
        try
        {
            return new ZipTree(path, s_limits);
        }
        catch (SourceException exception)
        {
            var code = exception.IsTooLarge ? FailureCode.TooLarge : FailureCode.Corrupt;

            // The person knows the file by its name, which is not this copy's.
            throw new DocumentFailedException(
                code,
                exception.Message.Replace($"'{Path.GetFullPath(path)}'", "The EPUB", StringComparison.Ordinal),
                exception
            );
        }
    }
}
