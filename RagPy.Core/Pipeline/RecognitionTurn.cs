using System.Collections.Concurrent;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>
/// One engine's turn at a document: asks it for the pages that nobody has read, several calls at once, each page's text stored before anything else happens. What
/// goes wrong with one page is that page's; with the engine, the turn's.
/// </summary>
internal sealed class RecognitionTurn(
    RecognitionStore store,
    ClaimedItem item,
    IPageRecognizer engine,
    string version,
    RecognitionOutcome outcome,
    ConcurrentDictionary<(string Engine, int Page), Failure> refusals,
    Func<int, Guid> keyOf
)
{
    private readonly ConcurrentBag<Task> _calls = [];
    private volatile Exception? _ended;
    private int _begun;

    /// <summary>Why the engine was given up for now, though it may work later; null when it was not.</summary>
    public TransientFailureException? Passing => _ended as TransientFailureException;

    /// <summary>Reads pages until all are tried, the engine is given up, or it is another document's turn.</summary>
    /// <param name="isOver">Whether to begin no more calls.</param>
    /// <returns>False when pages were left because of <paramref name="isOver"/>.</returns>
    public async Task<bool> RunAsync(
        IRecognition recognition,
        IReadOnlyList<int> pages,
        Func<bool> isOver,
        CancellationToken cancellationToken
    )
    {
        var left = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = engine.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            pages.Chunk(engine.PagesPerCall),
            limits,
            async (group, token) =>
            {
                // Some calls are always made, so that every turn brings a document further.
                if (_ended is not null || (Interlocked.Increment(ref _begun) > engine.Concurrency && isOver()))
                {
                    Interlocked.Add(ref left, _ended is null ? group.Length : 0);
                    return;
                }

                await ReadAsync(recognition, group, token);
            }
        );
        if (_ended is { } ended)
        {
            outcome.Note(pages, FailureOf(ended));
        }

        return left == 0;
    }

    /// <summary>Closes what the turn used when its last call has ended; waits for that unless it is given up.</summary>
    public Task EndAsync(IRecognition recognition, IDisposable file, CancellationToken cancellationToken) =>
        store.WaitAsync(CloseAsync(recognition, file), cancellationToken);

    private async Task CloseAsync(IRecognition recognition, IDisposable file)
    {
        await Task.WhenAll(_calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await recognition.DisposeAsync();
        file.Dispose();
    }

    private async Task ReadAsync(IRecognition recognition, IReadOnlyList<int> pages, CancellationToken cancellationToken)
    {
        try
        {
            if (engine.IsPaid)
            {
                await store.RequireRoomAsync(item, cancellationToken);
            }

            var call = CallAsync(recognition, pages, cancellationToken);
            _calls.Add(call);
            await store.WaitAsync(call, cancellationToken);
            var answer = await call;
            foreach (var page in answer.Pages)
            {
                outcome.Note(page.Index, engine.Name, version, keyOf(page.Index));
            }

            foreach (var (page, failure) in answer.Refused)
            {
                Refuse([page], failure);
            }
        }
        catch (ProviderRefusedException refused) when (refused.MayPassInParts && pages.Count > 1)
        {
            var half = pages.Count / 2;
            await ReadAsync(recognition, [.. pages.Take(half)], cancellationToken);
            await ReadAsync(recognition, [.. pages.Skip(half)], cancellationToken);
        }
        catch (ProviderRefusedException refused)
        {
            Refuse(pages, refused.Failure);
        }
        catch (Exception exception) when (exception is TransientFailureException or DocumentFailedException)
        {
            _ended = exception;
        }
    }

    private void Refuse(IReadOnlyList<int> pages, Failure failure)
    {
        outcome.Note(pages, failure);
        foreach (var page in pages)
        {
            refusals[(engine.Name, page)] = failure;
        }
    }

    /// <summary>What is paid for is waited for to the end and stored, also when the document is not wanted any more.</summary>
    private async Task<RecognitionAnswer> CallAsync(IRecognition recognition, IReadOnlyList<int> pages, CancellationToken cancellationToken)
    {
        var answer = await recognition.ReadAsync(pages, engine.IsPaid ? store.Aborting : cancellationToken);
        var results = answer.Pages.Select(page => (keyOf(page.Index), item.DocumentId!.Value, RecognizedPages.Encode(page))).ToList();
        await store.StoreAsync(item, results, answer);
        return answer;
    }

    private static Failure FailureOf(Exception exception) =>
        exception switch
        {
            TransientFailureException transient => transient.Failure,
            DocumentFailedException failed => failed.Failure,
            _ => new Failure(FailureCode.Internal, "The page could not be recognised."),
        };
}
