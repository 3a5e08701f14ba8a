using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;

namespace RagPy.Tests.Pipeline;

/// <summary>
/// Reads files of a <see cref="FakeLibrary"/>. A file that says <c>SCAN</c> needs recognition, <c>CRYPT</c> is encrypted, <c>THROW</c> breaks the extractor,
/// <c>WAIT</c> takes until <see cref="Release"/>. A page that says <c>MISTRAL</c> is one that this engine recognised.
/// </summary>
internal sealed class FakeExtractor : IPageTextExtractor
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Engine => "fake";

    public string Version { get; set; } = "1";

    /// <summary>Encoded word boxes of each page.</summary>
    public byte[] Geometry { get; init; } = [1, 0];

    /// <summary>Time that each file takes.</summary>
    public TimeSpan Pace { get; init; }

    /// <summary>Contents extracted so far.</summary>
    public ConcurrentQueue<string> Extracted { get; } = [];

    /// <summary>Exceptions to be thrown by the next extractions of files that say <c>THROW</c>.</summary>
    public ConcurrentQueue<Exception> Errors { get; } = [];

    /// <summary>Completes when a file that waits has been begun.</summary>
    public Task Waiting => _waiting.Task;

    public void Release() => _release.TrySetResult();

    public async IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        if (text.Contains("WAIT", StringComparison.Ordinal))
        {
            _waiting.TrySetResult();
            await _release.Task.WaitAsync(cancellationToken);
        }

        if (Pace > TimeSpan.Zero)
        {
            await Task.Delay(Pace, cancellationToken);
        }

        if (text.Contains("CRYPT", StringComparison.Ordinal))
        {
            throw new DocumentFailedException(FailureCode.Encrypted, "The file asks for a password.");
        }

        if (text.Contains("THROW", StringComparison.Ordinal) && Errors.TryDequeue(out var error))
        {
            throw error;
        }

        Extracted.Enqueue(text);
        var pages = text.Split('\f');
        var needsOcr = new List<int>();
        for (var i = 0; i < pages.Length; i++)
        {
            var isScan = pages[i].Contains("SCAN", StringComparison.Ordinal);
            if (isScan)
            {
                needsOcr.Add(i + 1);
            }

            var engine = pages[i].Contains("MISTRAL", StringComparison.Ordinal) ? "mistral/mistral-ocr-latest" : Engine;
            yield return new ExtractedPage(i + 1, null, engine, isScan ? "" : pages[i], 595, 842, Geometry, isScan);
        }

        yield return new DocumentStructure(pages.Length, new string?[pages.Length], [], [], needsOcr, null, null);
    }
}
