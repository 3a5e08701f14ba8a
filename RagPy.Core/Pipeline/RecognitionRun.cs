using System.Collections.Concurrent;
using System.Globalization;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Has the pages of one document read, by one engine after the other, until each is read or none can.</summary>
internal sealed class RecognitionRun(
    RecognitionStore store,
    RecognitionBatchGate batches,
    IBlobStore blobs,
    PipelineOptions options,
    TimeProvider time
)
{
    /// <summary>Items in hand whose refused pages are remembered; more than that is left over from work that others took.</summary>
    private const int MaxItems = 1000;

    private readonly ConcurrentDictionary<long, ConcurrentDictionary<(string Engine, int Page), Failure>> _refusals = new();

    /// <summary>Reads pages; every page's text is in the store before this ends.</summary>
    /// <exception cref="PausedException">It is another document's turn, the pages are in a batch, or a cap is reached.</exception>
    /// <exception cref="TransientFailureException">An engine is away and may come back; the document still has tries.</exception>
    public async Task<RecognitionOutcome> RunAsync(
        ClaimedItem item,
        RecognitionInput input,
        RecognitionPlan plan,
        CancellationToken cancellationToken
    )
    {
        var outcome = new RecognitionOutcome();
        // A document that gives way to others does not ask again for what was refused: it would come no further.
        var isPaused = false;
        try
        {
            foreach (var engine in plan.Engines)
            {
                int[] open = [.. input.Pages.Keys.Where(page => !outcome.Read.ContainsKey(page)).Order()];
                if (open.Length > 0)
                {
                    await TakeTurnAsync(item, input, engine, open, outcome, cancellationToken);
                }
            }
        }
        catch (PausedException)
        {
            isPaused = true;
            throw;
        }
        finally
        {
            Forget(item.Id, isPaused);
        }

        return outcome;
    }

    private async Task TakeTurnAsync(
        ClaimedItem item,
        RecognitionInput input,
        IPageRecognizer engine,
        int[] open,
        RecognitionOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        var version = (await engine.GetStateAsync(cancellationToken)).Version;
        var language = engine.OptionsFor(input.Language);
        Guid KeyOf(int page) => RecognizedPages.KeyOf(engine.Name, version, language, input.File.Sha256, page);
        var missing = await FindMissingAsync(item, engine, version, open, outcome, KeyOf, cancellationToken);
        if (missing.Length > 0 && engine.HasBatches)
        {
            await batches.PassAsync(item, input, version, missing, cancellationToken);
            // A batch may have ended since the first look.
            missing = await FindMissingAsync(item, engine, version, open, outcome, KeyOf, cancellationToken);
        }

        if (missing.Length == 0)
        {
            return;
        }

        var local = await blobs.GetLocalAsync(item.ProjectId, input.File, cancellationToken);
        var recognition = engine.Open(JobOf(item, input, local.Path));
        var turn = new RecognitionTurn(store, item, engine, version, outcome, RefusalsOf(item.Id), KeyOf);
        var begun = time.GetTimestamp();
        try
        {
            var isDone = await turn.RunAsync(
                recognition,
                missing,
                () => time.GetElapsedTime(begun) >= options.RecognitionTurn,
                cancellationToken
            );
            if (turn.Passing is { } passing && item.Failures + 1 < options.MaxTries)
            {
                throw passing;
            }

            if (!isDone)
            {
                throw new PausedException(reason: null, TimeSpan.Zero);
            }
        }
        finally
        {
            await turn.EndAsync(recognition, local, cancellationToken);
        }
    }

    /// <summary>Pages that the engine is to be asked for: not those that it has read before, has refused, or is not to get.</summary>
    private async Task<int[]> FindMissingAsync(
        ClaimedItem item,
        IPageRecognizer engine,
        string version,
        int[] open,
        RecognitionOutcome outcome,
        Func<int, Guid> keyOf,
        CancellationToken cancellationToken
    )
    {
        var mine = open.Take(engine.MaxPages).ToDictionary(page => page, keyOf);
        outcome.Note(open.Skip(engine.MaxPages), TooMany(engine));
        var found = await store.FindAsync(item.ProjectId, mine.Values, cancellationToken);
        var refusals = RefusalsOf(item.Id);
        var missing = new List<int>();
        foreach (var (page, key) in mine)
        {
            if (found.Contains(key))
            {
                outcome.Note(page, engine.Name, version, key);
            }
            else if (refusals.TryGetValue((engine.Name, page), out var refusal))
            {
                outcome.Note([page], refusal);
            }
            else
            {
                missing.Add(page);
            }
        }

        return [.. missing.Order()];
    }

    private ConcurrentDictionary<(string Engine, int Page), Failure> RefusalsOf(long item) => _refusals.GetOrAdd(item, _ => new());

    private void Forget(long item, bool isPaused)
    {
        if (!isPaused)
        {
            _refusals.TryRemove(item, out _);
        }
        else if (_refusals.Count > MaxItems)
        {
            _refusals.Clear();
        }
    }

    private static RecognitionJob JobOf(ClaimedItem item, RecognitionInput input, string path) =>
        new(
            path,
            input.File.Length,
            input.Structure.PageCount,
            input.Pages,
            input.Language,
            item.SessionId.ToString(CultureInfo.InvariantCulture)
        );

    private static Failure TooMany(IPageRecognizer engine) =>
        new(
            FailureCode.TooManyPages,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Only {engine.MaxPages} pages of a file are sent to {engine.Name} (OPENAI_OCR_MAX_PAGES)."
            )
        );
}
