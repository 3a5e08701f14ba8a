using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Buys vectors for every embedding pump of this process: batches are formed across documents, several calls are under way at once, no text is asked for twice, and
/// what comes back is stored before anything else happens, also when nobody waits for it any more.
/// </summary>
internal sealed partial class EmbeddingDispatcher(
    IEmbedderRegistry embedders,
    EmbeddingWriter writer,
    RefusalJudge judge,
    PriceTable prices,
    WorkerLifetime lifetime,
    TimeProvider time,
    ILogger<EmbeddingDispatcher> logger
) : IDisposable
{
    /// <summary>Texts in hand at most: the bound on memory, whatever the documents.</summary>
    private const int MaxTexts = 2048;

    private const int StoreTries = 60;

    private static readonly TimeSpan s_storeDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(long Project, Guid Key), PendingEmbedding> _pending = new();
    private readonly ConcurrentDictionary<(string Embedder, long Session), EmbeddingQueue> _queues = new();
    private readonly SemaphoreSlim _room = new(MaxTexts);

    /// <summary>Gives chunks of one project their vectors, in the store as well.</summary>
    /// <remarks>A text that is refused for good has that noted with its chunks; it is no failure of the others.</remarks>
    /// <exception cref="DocumentFailedException">Key, account or dimension are wrong.</exception>
    /// <exception cref="ProviderRefusedException">Every request is refused, whatever its text.</exception>
    /// <exception cref="TransientFailureException">It may work later.</exception>
    public async Task EmbedAsync(IReadOnlyList<EmbeddingWork> works, CancellationToken cancellationToken)
    {
        while (works.Count > 0)
        {
            var own = new List<PendingEmbedding>();
            var waits = new List<Task>();
            var late = new List<(EmbeddingWork Work, Task Done)>();
            foreach (var work in works)
            {
                var created = new PendingEmbedding(work, cancellationToken);
                var pending = _pending.GetOrAdd((work.Item.ProjectId, work.Key), created);
                if (pending == created)
                {
                    own.Add(pending);
                    waits.Add(pending.Done);
                }
                else if (pending.TryAttach(work, cancellationToken))
                {
                    waits.Add(pending.Done);
                }
                else
                {
                    late.Add((work, pending.Done));
                }
            }

            await QueueAsync(own, cancellationToken);
            await Task.WhenAll(waits).WaitAsync(cancellationToken);
            foreach (var (_, done) in late)
            {
                await done.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            cancellationToken.ThrowIfCancellationRequested();
            works = [.. late.Select(l => l.Work)];
        }
    }

    public void Dispose()
    {
        foreach (var queue in _queues.Values)
        {
            queue.Dispose();
        }

        _room.Dispose();
    }

    /// <summary>Looks for each text in what the project has, after it was registered: what ends before is found there, what ends later is met here.</summary>
    private async Task QueueAsync(List<PendingEmbedding> own, CancellationToken cancellationToken)
    {
        if (own.Count == 0)
        {
            return;
        }

        var queued = 0;
        try
        {
            var project = own[0].First.Item.ProjectId;
            var found = await writer.FindAsync(project, [.. own.Select(p => p.First.Key)], cancellationToken);
            await CompleteFoundAsync(own.FindAll(p => found.ContainsKey(p.First.Key)), found, cancellationToken);
            own = own.FindAll(p => !found.ContainsKey(p.First.Key));
            for (; queued < own.Count; queued++)
            {
                await _room.WaitAsync(cancellationToken);
                QueueOf(own[queued].First).Add(own[queued]);
            }
        }
        catch (Exception exception)
        {
            End(own.Skip(queued), p => p.Fail(exception));
            throw;
        }
    }

    private async Task CompleteFoundAsync(
        List<PendingEmbedding> found,
        Dictionary<Guid, (byte[] Value, Failure? Refusal)> known,
        CancellationToken cancellationToken
    )
    {
        var works = found.SelectMany(p => p.Close()).ToLookup(w => known[w.Key].Refusal is null);
        if (works.Contains(true))
        {
            await writer.WriteAsync([.. works[true].Select(w => (w, known[w.Key].Value))], cancellationToken);
        }

        foreach (var refused in works[false].GroupBy(w => w.Key))
        {
            await writer.RefuseAsync([.. refused], known[refused.Key].Refusal!, cancellationToken);
        }

        End(found, p => p.Complete());
    }

    private EmbeddingQueue QueueOf(EmbeddingWork work) =>
        _queues.GetOrAdd(
            (work.Embedder, work.Item.SessionId),
            key => new EmbeddingQueue(LimitsOf(key.Embedder), batch => RunAsync(key.Embedder, batch), time)
        );

    private EmbeddingLimits LimitsOf(string embedder) =>
        embedders.Get(embedder).GetService(typeof(EmbeddingLimits)) as EmbeddingLimits
        ?? new EmbeddingLimits(32, int.MaxValue, int.MaxValue, 4);

    private async Task RunAsync(string embedder, IReadOnlyList<PendingEmbedding> batch)
    {
        _room.Release(batch.Count);
        var unwanted = batch.Where(p => p.CloseIfUnwanted()).ToList();
        End(unwanted, p => p.Fail(new OperationCanceledException()));
        await SendAsync(embedder, [.. batch.Except(unwanted)]);
    }

    /// <summary>Sends texts together; when the provider takes only a part of them, halves.</summary>
    private async Task SendAsync(string embedder, IReadOnlyList<PendingEmbedding> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            var tokens = batch.Sum(p => p.First.Tokens);
            var generated = await AskAsync(batch[0].First, [.. batch.Select(p => p.First.Text)], tokens);
            judge.Accepted(embedder);
            await StoreAsync(batch, generated, tokens);
        }
        catch (ProviderRefusedException refused) when (refused.MayPassInParts && batch.Count > 1)
        {
            var half = batch.Count / 2;
            await Task.WhenAll(SendAsync(embedder, [.. batch.Take(half)]), SendAsync(embedder, [.. batch.Skip(half)]));
        }
        catch (ProviderRefusedException refused) when (refused.MayPassInParts)
        {
            await RefuseAsync(embedder, batch[0], refused);
        }
        catch (Exception exception)
        {
            End(batch, p => p.Fail(exception));
        }
    }

    private Task<GeneratedEmbeddings<Embedding<float>>> AskAsync(EmbeddingWork work, string[] texts, int tokens)
    {
        var party = work.Item.SessionId.ToString(CultureInfo.InvariantCulture);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = ProviderCall.For(party, tokens) };
        return embedders.Get(work.Embedder).GenerateAsync(texts, options, lifetime.Aborting);
    }

    /// <summary>A text alone was refused: that is noted with its chunks, unless the provider refuses whatever it is asked.</summary>
    private async Task RefuseAsync(string embedder, PendingEmbedding pending, ProviderRefusedException refused)
    {
        try
        {
            if (!await judge.IsOfTheTextAsync(embedder, () => ProbeAsync(pending.First), lifetime.Aborting))
            {
                End([pending], p => p.Fail(refused));
                return;
            }

            var works = pending.Close();
            await PersistAsync(token => writer.RefuseAsync(works, refused.Failure, token), 1);
            foreach (var work in works)
            {
                LogRefused(work.Ordinal + 1, work.Item.DocumentId, work.Item.SessionId, refused.Failure.Reason);
            }

            End([pending], p => p.Complete());
        }
        catch (Exception exception)
        {
            End([pending], p => p.Fail(exception));
        }
    }

    /// <summary>Asks for the vector of a word that nobody refuses.</summary>
    private async Task ProbeAsync(EmbeddingWork work)
    {
        var generated = await AskAsync(work, [RefusalJudge.Probe], tokens: 1);
        await PersistAsync(token => writer.RecordAsync(EntryOf(work, generated.Usage?.InputTokenCount ?? 1), token), 1);
    }

    private async Task StoreAsync(IReadOnlyList<PendingEmbedding> batch, GeneratedEmbeddings<Embedding<float>> generated, int tokens)
    {
        var first = batch[0].First;
        if (generated.Count != batch.Count || generated.Any(g => g.Vector.Length != first.Dimension))
        {
            throw new DocumentFailedException(
                FailureCode.ProviderError,
                $"The embedder {first.Embedder} gave vectors of another number or dimension."
            );
        }

        var bought = batch.Select((p, i) => (p.First, Dense: EmbeddingWriter.Encode(generated[i].Vector.Span))).ToList();
        var vectors = bought.ToDictionary(b => b.First.Key, b => b.Dense);
        var chunks = batch.SelectMany(p => p.Close()).Select(w => (w, vectors[w.Key])).ToList();
        var entry = EntryOf(first, generated.Usage?.InputTokenCount ?? tokens);
        await PersistAsync(token => writer.StoreAsync(bought, chunks, entry, token), batch.Count);
        End(batch, p => p.Complete());
    }

    private async Task PersistAsync(Func<CancellationToken, Task> store, int count)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await store(lifetime.Aborting);
                return;
            }
            catch (NpgsqlException exception) when (ItemFailures.IsDatabaseAway(exception) && attempt < StoreTries)
            {
                // Paid for, so worth waiting until the database is back.
                LogNotStored(exception, count);
                await Task.Delay(s_storeDelay, time, lifetime.Aborting);
            }
        }
    }

    private ProviderLedgerEntry EntryOf(EmbeddingWork work, long tokens)
    {
        var name = EmbedderName.TryParse(work.Embedder);
        var (provider, model) = (name?.Provider ?? "", name?.Model ?? work.Embedder);
        return new ProviderLedgerEntry
        {
            PersonId = work.Item.PersonId,
            ProjectId = work.Item.ProjectId,
            SessionId = work.Item.SessionId,
            Provider = provider,
            Model = model,
            Operation = "embeddings",
            InputTokens = tokens,
            Cost = prices.Find(provider, model)?.Of(tokens, 0, 0),
        };
    }

    private void End(IEnumerable<PendingEmbedding> pending, Action<PendingEmbedding> end)
    {
        foreach (var one in pending)
        {
            one.Close();
            _pending.TryRemove(new((one.First.Item.ProjectId, one.First.Key), one));
            end(one);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Passage {Passage} of document {DocumentId} of session {SessionId} has no vector: {Reason}"
    )]
    private partial void LogRefused(int passage, Guid? documentId, long sessionId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; {Count} vectors wait to be stored")]
    private partial void LogNotStored(Exception exception, int count);
}
