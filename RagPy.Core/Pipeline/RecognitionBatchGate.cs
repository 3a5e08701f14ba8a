using System.Globalization;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Providers;
using RagPy.Core.Settings;

namespace RagPy.Core.Pipeline;

/// <summary>Decides for a document whether its pages are read in a batch, and lets it wait until that is over.</summary>
internal sealed class RecognitionBatchGate(
    RecognitionBatchFiles files,
    RecognitionStore store,
    PriceTable prices,
    RagPySettings settings,
    RecognitionBatchOptions options,
    TimeProvider time
) : IDisposable
{
    /// <summary>Begins the reason of every document that waits for a batch.</summary>
    public const string Waits = "Waiting for Mistral's batch";

    /// <summary>Documents order one after the other, so that each sees what those before it have ordered.</summary>
    private readonly SemaphoreSlim _ordering = new(1);

    /// <summary>What a document says that waits.</summary>
    public static string ReasonOf(int requests, int completed, string? trouble)
    {
        var progress =
            requests == 0 ? Waits : string.Create(CultureInfo.InvariantCulture, $"{Waits} ({completed} of {requests} requests done)");
        return trouble is null ? $"{progress}." : $"{progress}: {trouble}";
    }

    /// <summary>Returns when ordinary calls are to read what is missing now.</summary>
    /// <param name="pages">Pages that nobody has read yet, ascending.</param>
    /// <exception cref="PausedException">The pages are in a batch or wait for one; or a cap is reached.</exception>
    public async Task PassAsync(
        ClaimedItem item,
        RecognitionInput input,
        string version,
        IReadOnlyList<int> pages,
        CancellationToken cancellationToken
    )
    {
        var known = await files.FindAsync(item.ProjectId, input.File.Sha256, version, cancellationToken);
        var isOpen = known is { State: not BatchedFileState.Closed };
        if (isOpen && (settings.MistralOcrBatch || !await files.WithdrawAsync(known!.Id, cancellationToken)))
        {
            throw Wait(known!.Requests, known.Completed, known.Trouble);
        }

        var wasTried = known is { State: BatchedFileState.Closed } && known.TaskId == item.TaskId;
        if (!settings.MistralOcrBatch || wasTried || MistralRecognition.IsAboveLimits(input.File.Length, input.Structure.PageCount))
        {
            return;
        }

        await OrderAsync(item, input, version, pages, cancellationToken);
        throw Wait(requests: 0, completed: 0, trouble: null);
    }

    public void Dispose() => _ordering.Dispose();

    private async Task OrderAsync(
        ClaimedItem item,
        RecognitionInput input,
        string version,
        IReadOnlyList<int> pages,
        CancellationToken cancellationToken
    )
    {
        await _ordering.WaitAsync(cancellationToken);
        try
        {
            await store.RequireRoomAsync(item, cancellationToken);
            var file = new BatchedFile
            {
                State = BatchedFileState.Waiting,
                ProjectId = item.ProjectId,
                SessionId = item.SessionId,
                PersonId = item.PersonId,
                TaskId = item.TaskId,
                DocumentId = item.DocumentId!.Value,
                FileHash = input.File.Sha256,
                FileLength = input.File.Length,
                Model = settings.MistralOcrModel,
                Version = version,
                Pages = [.. pages],
                Cost = prices.Find(ProviderEndpoints.Mistral, settings.MistralOcrModel)?.OfBatch(pages.Count),
                CreatedAt = time.GetUtcNow(),
            };
            await files.AddAsync(file, cancellationToken);
        }
        finally
        {
            _ordering.Release();
        }
    }

    private PausedException Wait(int requests, int completed, string? trouble) =>
        new(new Failure(FailureCode.ProviderQuota, ReasonOf(requests, completed, trouble)), options.Look);
}
