using System.Globalization;
using RagPy.Extractor.Document;
using RagPy.Extractor.Output;
using RagPy.Extractor.Pdf;
using RagPy.Extractor.Text;

namespace RagPy.Extractor;

/// <summary>One file in, JSON lines out.</summary>
internal static class ExtractionRun
{
    /// <summary>Extracts the file; whatever goes wrong ends as a failure line.</summary>
    public static void Run(Options options, Stream output)
    {
        using var lines = new JsonLines(output);
        try
        {
            Extract(options, lines);
        }
        catch (ExtractionFailedException failure)
        {
            lines.Failure(failure.Code, failure.Message);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            lines.Failure("internal", $"The extractor failed on this file ({exception.GetType().Name}). Please report it with the file.");
        }
    }

    private static void Extract(Options options, JsonLines lines)
    {
        using var file = PdfFile.Open(options.File);
        if (file.PageCount == 0)
        {
            throw new ExtractionFailedException("empty", "The PDF has no pages. Fetch it again from its source.");
        }

        if (file.PageCount > options.MaxPages)
        {
            throw new ExtractionFailedException(
                "too_many_pages",
                $"The PDF has {file.PageCount} pages; at most {options.MaxPages} are read. Split it, then import the parts."
            );
        }

        var labels = file.ReadLabels();
        // Labels that only count the pages say less than what is printed.
        var counting =
            labels is not null && labels.Index().All(static page => page.Item == (page.Index + 1).ToString(CultureInfo.InvariantCulture));
        var composer = new PageComposer();
        var analyzer = new DocumentAnalyzer();
        // Damaged pages are held back until one can be read: a file without any has no page lines, only a failure.
        var damaged = 0;
        for (var index = 1; index <= file.PageCount; index++)
        {
            if (ReadPage(file, composer, index) is not { } page)
            {
                damaged++;
                continue;
            }

            if (page.Text.Length > options.MaxPageChars)
            {
                throw new ExtractionFailedException(
                    "too_large",
                    $"Page {index} has {page.Text.Length} characters; at most {options.MaxPageChars} are read. It is no page of text."
                );
            }

            WriteDamaged(index, damaged);
            damaged = 0;
            Write(index, page);
        }

        if (damaged == file.PageCount)
        {
            throw new ExtractionFailedException("corrupt", "No page of the PDF can be read. Fetch it again, or repair it with a PDF tool.");
        }

        WriteDamaged(file.PageCount + 1, damaged);
        var (printed, regions) = analyzer.Finish(labels);
        var known = labels is null || (counting && printed.Any(static label => label is not null)) ? printed : labels;
        lines.Document(new DocumentLine(known, regions, file.ReadOutline(), analyzer.NeedsOcrPages, file.ReadTitle(), file.ReadLanguage()));

        void WriteDamaged(int before, int count)
        {
            for (var index = before - count; index < before; index++)
            {
                Write(index, new PageText("", [], [], 0, 0, NeedsOcr: true));
            }
        }

        void Write(int index, PageText page)
        {
            lines.Page(index, counting ? null : labels?[index - 1], page);
            analyzer.Add(index, page);
        }
    }

    /// <summary>Null when the page is damaged; the others still count.</summary>
    private static PageText? ReadPage(PdfFile file, PageComposer composer, int index)
    {
        try
        {
            return composer.Compose(file.ReadPage(index));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }
}
