using System.Runtime.CompilerServices;
using System.Text.Json;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;

namespace RagPy.Ingestion.Commands;

/// <summary>One file's pages, spooled to disk until the last line has told labels and outcome: a long document never fills memory.</summary>
internal sealed class ExtractedFile : IDisposable
{
    private readonly FileStream _spool = new(
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName()),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        bufferSize: 64 * 1024,
        FileOptions.DeleteOnClose | FileOptions.Asynchronous
    );

    private DocumentStructure? _structure;

    private ExtractedFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why there is no text, or null.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>Runs the extractor once a slot is free.</summary>
    public static async Task<ExtractedFile> ReadAsync(
        IPageTextExtractor extractor,
        string path,
        SemaphoreSlim slots,
        CancellationToken cancellationToken
    )
    {
        var file = new ExtractedFile(path);
        await slots.WaitAsync(cancellationToken);
        try
        {
            await file.SpoolAsync(extractor, cancellationToken);
        }
        catch (DocumentFailedException e)
        {
            file.Failure = e.Failure;
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            slots.Release();
        }

        return file;
    }

    /// <summary>The pages with their printed labels.</summary>
    public async IAsyncEnumerable<ExtractedPage> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _spool.Position = 0;
        using var reader = new StreamReader(_spool, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var page = JsonSerializer.Deserialize<ExtractedPage>(line)!;
            yield return page with
            {
                Label = page.Label ?? _structure?.Labels.ElementAtOrDefault(page.Index - 1),
            };
        }
    }

    public void Dispose() => _spool.Dispose();

    private async Task SpoolAsync(IPageTextExtractor extractor, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path))
            throw new DocumentFailedException(FailureCode.MissingFile, "There is no PDF in this folder, nor below it.");
        if (!File.Exists(Path))
            throw new DocumentFailedException(FailureCode.MissingFile, "There is no file of this name.");

        var hasText = false;
        await foreach (var part in extractor.ExtractAsync(Path, cancellationToken))
        {
            if (part is DocumentStructure structure)
            {
                _structure = structure;
                continue;
            }

            var page = (ExtractedPage)part with { Geometry = default };
            hasText |= !string.IsNullOrWhiteSpace(page.Text);
            await JsonSerializer.SerializeAsync(_spool, page, cancellationToken: cancellationToken);
            _spool.WriteByte((byte)'\n');
        }

        if (!hasText)
            throw new DocumentFailedException(
                _structure?.FailureWithoutText() ?? new Failure(FailureCode.Crash, "The extractor ended without an answer.")
            );
    }
}
