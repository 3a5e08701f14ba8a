using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// Work of Mistral's OCR on one file. A small file whose pages go in one call is sent within it, as a data address; any other is uploaded once, asked for several
/// times, and deleted. A file above the provider's limits is not sent: each call gets a file of its pages alone, which poppler makes.
/// </summary>
internal sealed class MistralRecognition(ProviderClient client, ProviderEndpoint endpoint, RagPySettings settings, RecognitionJob job)
    : IRecognition
{
    /// <summary>Limits of a document (Mistral's guide "Document AI", FAQ): 50 MB and 1,000 pages.</summary>
    internal const long MaxBytes = 50_000_000;
    internal const int MaxPages = 1000;

    /// <summary>Largest file that is sent within the call; a third more goes over the line.</summary>
    internal const long MaxInlineBytes = 4_000_000;

    /// <summary>What an uploaded file is called: nothing of the document, that is not the provider's business, but ours.</summary>
    internal const string FileName = "ragpy-document.pdf";

    private const long MaxAnswerBytes = 128L << 20;

    /// <summary>Base64 has characters that would else be written as six.</summary>
    private static readonly JsonWriterOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly MistralFiles _files = new(client, endpoint, settings);
    private readonly ConcurrentBag<string> _uploaded = [];
    private readonly SemaphoreSlim _uploading = new(1);
    private string? _whole;

    private TimeSpan Timeout => TimeSpan.FromSeconds(settings.MistralOcrTimeoutSeconds);

    private bool IsTooLarge => IsAboveLimits(job.Length, job.PageCount);

    /// <summary>Whether a file cannot be sent as it is.</summary>
    internal static bool IsAboveLimits(long length, int pages) => length > MaxBytes || pages > MaxPages;

    /// <inheritdoc/>
    public async Task<RecognitionAnswer> ReadAsync(IReadOnlyList<int> pages, CancellationToken cancellationToken)
    {
        if (IsTooLarge)
        {
            using var part = await PdfPart.MakeAsync(job.Path, pages, Timeout, cancellationToken);
            return await ReadAsync(part.Path, part.Length, isWhole: false, pages, cancellationToken);
        }

        return await ReadAsync(job.Path, job.Length, isWhole: true, pages, cancellationToken);
    }

    /// <summary>Deletes what was uploaded, whatever became of it. A failure of that is nobody's: the provider is told, or is not there.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in settings.MistralDeleteUploadedFile ? [.. _uploaded] : Array.Empty<string>())
        {
            try
            {
                await _files.DeleteAsync(id, job.Party, CancellationToken.None);
            }
            catch (Exception exception) when (exception is ProviderRefusedException or TransientFailureException or DocumentFailedException)
            {
                // It was counted as a failed call; the pages are read all the same.
            }
        }

        _uploading.Dispose();
    }

    private async Task<RecognitionAnswer> ReadAsync(
        string path,
        long length,
        bool isWhole,
        IReadOnlyList<int> pages,
        CancellationToken cancellationToken
    )
    {
        // In a file of the pages alone they are the first ones.
        int[] indexes = [.. pages.Select((page, i) => isWhole ? page - 1 : i)];
        var isInline = length <= MaxInlineBytes && (!isWhole || job.Pages.Count <= pages.Count);
        var file = isInline ? null : await UploadAsync(path, length, isWhole, cancellationToken);
        var bytes = isInline ? await File.ReadAllBytesAsync(path, cancellationToken) : [];
        var request = new ProviderRequest(endpoint, "v1/ocr", "ocr", () => Body(file, bytes, indexes))
        {
            Model = settings.MistralOcrModel,
            Party = job.Party,
            Timeout = Timeout,
            MaxConcurrent = settings.MistralConcurrentCalls,
            MaxAnswerBytes = MaxAnswerBytes,
        };
        var answer = await client.SendAsync(request, a => MistralOcrAnswer.Read(a.Body.Span, indexes), cancellationToken);
        var byIndex = answer.Pages.ToDictionary(page => page.Index);
        return new RecognitionAnswer(
            [.. pages.Select((page, i) => byIndex[indexes[i]].ToPage(page))],
            endpoint.Name,
            settings.MistralOcrModel,
            answer.UsageInfo?.PagesProcessed ?? pages.Count
        );
    }

    /// <summary>Uploads a file; the whole one only once.</summary>
    /// <returns>Its id.</returns>
    private async Task<string> UploadAsync(string path, long length, bool isWhole, CancellationToken cancellationToken)
    {
        if (!isWhole)
        {
            return await UploadOnceAsync(path, length, cancellationToken);
        }

        await _uploading.WaitAsync(cancellationToken);
        try
        {
            return _whole ??= await UploadOnceAsync(path, length, cancellationToken);
        }
        finally
        {
            _uploading.Release();
        }
    }

    private async Task<string> UploadOnceAsync(string path, long length, CancellationToken cancellationToken)
    {
        if (length > MaxBytes)
        {
            const int tooLarge = 413;
            throw new ProviderRefusedException(
                new Failure(FailureCode.TooLarge, $"Mistral takes files of {MaxBytes / 1_000_000} MB at most."),
                tooLarge
            );
        }

        var id = await _files.UploadAsync("ocr", FileName, "application/pdf", () => File.OpenRead(path), job.Party, cancellationToken);
        _uploaded.Add(id);
        return id;
    }

    private ByteArrayContent Body(string? file, byte[] bytes, int[] indexes)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_plain))
        {
            MistralOcrRequest.Write(json, settings.MistralOcrModel, file, bytes, indexes);
        }

        var content = new ByteArrayContent(buffer.ToArray());
        content.Headers.ContentType = s_json;
        return content;
    }
}
