using System.Collections.Concurrent;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Tests.Recognition;

/// <summary>
/// Reads the scans of a <see cref="Pipeline.FakeLibrary"/>: what stands behind <c>SCAN</c> on a page. A page that says <c>BAD</c> is refused, <c>SLOW</c> takes until
/// <see cref="Release"/>, <c>AWAY</c> fails for now as often as <see cref="Away"/> says.
/// </summary>
internal sealed class FakeRecognizer(string name) : IPageRecognizer
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _away;

    public string Name => name;

    public int Concurrency => 2;

    public int PagesPerCall { get; init; } = 1;

    public int MaxPages { get; init; } = int.MaxValue;

    public bool IsPaid => false;

    public string? Problem { get; set; }

    /// <summary>Thrown by every call.</summary>
    public Exception? Error { get; set; }

    /// <summary>Calls that pages with <c>AWAY</c> fail.</summary>
    public int Away { get; init; }

    /// <summary>Pages asked for, with the text of the file.</summary>
    public ConcurrentQueue<(string File, int Page)> Asked { get; } = [];

    /// <summary>Completes when a slow page has been begun.</summary>
    public Task Waiting => _waiting.Task;

    public void Release() => _release.TrySetResult();

    public Task<RecognizerState> GetStateAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new RecognizerState($"{name}-1", Problem));

    public string OptionsFor(string language) => "";

    public IRecognition Open(RecognitionJob job) => new Work(this, job);

    private sealed class Work(FakeRecognizer owner, RecognitionJob job) : IRecognition
    {
        public async Task<RecognitionAnswer> ReadAsync(IReadOnlyList<int> pages, CancellationToken cancellationToken)
        {
            var file = await File.ReadAllTextAsync(job.Path, cancellationToken);
            foreach (var page in pages)
            {
                owner.Asked.Enqueue((file, page));
            }

            var texts = pages.Select(page => file.Split('\f')[page - 1]).ToList();
            if (texts.Exists(text => text.Contains("SLOW", StringComparison.Ordinal)))
            {
                owner._waiting.TrySetResult();
                await owner._release.Task.WaitAsync(cancellationToken);
            }

            if (owner.Error is { } error)
            {
                throw error;
            }

            if (texts.Exists(text => text.Contains("BAD", StringComparison.Ordinal)))
            {
                throw new ProviderRefusedException(new Failure(FailureCode.ProviderError, "The page is bad."), 422);
            }

            if (
                texts.Exists(text => text.Contains("AWAY", StringComparison.Ordinal))
                && Interlocked.Increment(ref owner._away) <= owner.Away
            )
            {
                throw new TransientFailureException(new Failure(FailureCode.ProviderError, "The engine is away."));
            }

            return new RecognitionAnswer([.. pages.Zip(texts, (page, text) => Read(page, text))]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static RecognizedPage Read(int page, string text)
        {
            var read = text.Replace("SCAN", "", StringComparison.Ordinal).Trim();
            var boxes = read.Length == 0 ? [] : PageGeometry.Encode([new WordBox(0, read.Length, 10, 20, 300, 32)]);
            return new RecognizedPage(page, read, boxes, []);
        }
    }
}
