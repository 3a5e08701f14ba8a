using System.Threading.Channels;
using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Providers;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Gives chunks their vectors. The offline embedder's are computed here, many documents in one transaction. Those of a remote model are bought by the
/// <see cref="EmbeddingDispatcher"/>; while calls are under way, the terms of the next chunks are counted, and each document goes on as soon as it is complete.
/// </summary>
internal sealed class EmbedStage(
    NpgsqlDataSource dataSource,
    OfflineEmbedding offline,
    EmbeddingDispatcher dispatcher,
    EmbeddingWriter writer,
    SparseEncoder sparse,
    TokenCounter tokens,
    SpendingService spending,
    DocumentVersions versions,
    WorkItemStore store,
    PipelineOptions options
) : IStageHandler
{
    /// <summary>Chunks of one document read at once.</summary>
    private const int PageSize = 128;

    /// <summary>Pages of one document under way at once.</summary>
    private const int PagesAhead = 2;

    /// <summary>Documents read at once.</summary>
    private const int Readers = 4;

    /// <summary>Documents claimed together, in batches of the cheap stages: enough short ones to fill several calls.</summary>
    private const int Batches = 4;

    /// <inheritdoc/>
    public Stage Stage => Stage.Embed;

    /// <inheritdoc/>
    public int BatchSize => options.BatchSize * Batches;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        var inputs = await ChunkInput.ReadAsync(dataSource, batch.Items, withStructure: false, batch.Stopping);
        var current = inputs.Values.Where(versions.IsCurrent).ToList();
        var outdated = inputs.Values.Where(i => !versions.IsCurrent(i)).ToList();
        await batch.CommitAsync(
            outdated,
            i => i.Item,
            (connection, items, token) =>
                store.AdvanceAsync(connection, [.. items.Select(i => i.Item with { Generation = null })], Stage.Chunk, token)
        );
        foreach (var group in current.GroupBy(i => i.Embedder == OfflineEmbeddingGenerator.Info.Id))
        {
            await (group.Key ? EmbedOfflineAsync(batch, [.. group]) : EmbedRemotelyAsync(batch, [.. group]));
        }
    }

    private async Task EmbedOfflineAsync(StageBatch batch, List<ChunkInput> inputs)
    {
        var together = inputs.Count > 1 && await TryTogetherAsync(batch, inputs);
        var done = new List<ChunkInput>();
        foreach (var input in inputs)
        {
            // One by one when the batch failed: so each failure has its document. What was embedded already is skipped.
            if (together || await batch.Guard(input.Item, token => offline.EmbedAsync([input], token)))
            {
                done.Add(input);
            }
        }

        await AdvanceAsync(batch, done);
    }

    private async Task<bool> TryTogetherAsync(StageBatch batch, List<ChunkInput> inputs)
    {
        try
        {
            await offline.EmbedAsync(inputs, batch.Stopping);
            return true;
        }
        catch (Exception exception) when (!ItemFailures.IsDatabaseAway(exception) && exception is not OperationCanceledException)
        {
            return false;
        }
    }

    private async Task EmbedRemotelyAsync(StageBatch batch, List<ChunkInput> inputs)
    {
        using var reading = new SemaphoreSlim(Readers);
        // Asked once for all documents of a session, not by each: they would all ask for a connection at once, and keep the first reader waiting.
        var allowed = inputs
            .Select(i => (i.Item.SessionId, i.Item.PersonId))
            .Distinct()
            .ToDictionary(who => who, who => spending.RequireAsync(who.SessionId, who.PersonId, batch.Stopping));
        var done = Channel.CreateUnbounded<ChunkInput>();
        var work = Task.WhenAll(inputs.Select(EmbedAsync));
        _ = work.ContinueWith(_ => done.Writer.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        while (await done.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var ready = new List<ChunkInput>();
            while (done.Reader.TryRead(out var input))
            {
                ready.Add(input);
            }

            await AdvanceAsync(batch, await WithVectorsAsync(batch, ready));
        }

        await work;

        async Task EmbedAsync(ChunkInput input)
        {
            if (
                await batch.Guard(
                    input.Item,
                    token => EmbedDocumentAsync(input, allowed[(input.Item.SessionId, input.Item.PersonId)], reading, token)
                )
            )
            {
                done.Writer.TryWrite(input);
            }
        }
    }

    /// <param name="allowed">Ends when the session may go on, or with why not.</param>
    private async Task EmbedDocumentAsync(ChunkInput input, Task allowed, SemaphoreSlim reading, CancellationToken cancellationToken)
    {
        // Of a document that came with its vectors there may be nothing to buy.
        if (!GivenChunks.Are(input))
        {
            await allowed.WaitAsync(cancellationToken);
        }

        var titleTokens = tokens.Count(input.Title) + 1;
        var pages = new List<Task>();
        try
        {
            var works = await ReadAsync(input, after: -1, titleTokens, reading, cancellationToken);
            while (works.Count > 0)
            {
                await allowed.WaitAsync(cancellationToken);
                pages.Add(dispatcher.EmbedAsync(works, cancellationToken));
                if (works.Count < PageSize)
                {
                    break;
                }

                if (pages.Count >= PagesAhead)
                {
                    await pages[^PagesAhead];
                }

                works = await ReadAsync(input, works[^1].Ordinal, titleTokens, reading, cancellationToken);
            }
        }
        catch
        {
            // The failure that ends the document is the first; those of pages behind it are of no interest.
            await Task.WhenAll(pages).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await Task.WhenAll(pages);
    }

    /// <summary>Ends documents of which every passage was refused.</summary>
    /// <returns>The others.</returns>
    private async Task<List<ChunkInput>> WithVectorsAsync(StageBatch batch, List<ChunkInput> inputs)
    {
        var refused = await writer.FindRefusedAsync(inputs, batch.Stopping);
        foreach (var input in inputs.Where(i => refused.ContainsKey(i.DocumentId)))
        {
            var (ordinal, failure) = refused[input.DocumentId];
            await batch.Guard(
                input.Item,
                _ => throw new DocumentFailedException(failure with { Reason = $"Passage {ordinal + 1}: {failure.Reason}" })
            );
        }

        return inputs.FindAll(i => !refused.ContainsKey(i.DocumentId));
    }

    /// <summary>
    /// The next chunks without a vector that were not refused, with their terms counted: work for the processor that calls under way do not wait for.
    /// </summary>
    private async Task<List<EmbeddingWork>> ReadAsync(
        ChunkInput input,
        int after,
        int titleTokens,
        SemaphoreSlim reading,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT ordinal, coalesce(clean_text, text), token_count, clean_text IS NOT NULL FROM chunks
            WHERE document_id = $1 AND generation = $2 AND ordinal > $3 AND dense IS NULL AND vector_failure_code IS NULL
            ORDER BY ordinal LIMIT $4
            """;
        await reading.WaitAsync(cancellationToken);
        try
        {
            var rows = new List<(int Ordinal, string Text, int Tokens)>();
            await using (var command = Sql.Command(dataSource, sql, input.DocumentId, input.Item.Generation, after, PageSize))
            {
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    var text = reader.GetString(1);
                    rows.Add((reader.GetInt32(0), text, reader.GetBoolean(3) ? tokens.Count(text) : reader.GetInt32(2)));
                }
            }

            // On a thread of its own: on one of the pool's, answers of the provider would wait behind it, and with them the next call.
            return await Task.Factory.StartNew(
                () => rows.ConvertAll(row => WorkOf(input, row, titleTokens)),
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
        }
        finally
        {
            reading.Release();
        }
    }

    private EmbeddingWork WorkOf(ChunkInput input, (int Ordinal, string Text, int Tokens) row, int titleTokens) =>
        new(
            input.Item,
            input.Embedder,
            input.Dimension,
            row.Ordinal,
            ChunkEncoder.TextToEmbed(input.Title, row.Text),
            row.Tokens + titleTokens,
            sparse.Encode(input.Title, row.Text, input.Language)
        );

    private Task AdvanceAsync(StageBatch batch, List<ChunkInput> done) =>
        batch.CommitAsync(
            done,
            i => i.Item,
            async (connection, items, token) =>
            {
                const string sql = """
                    UPDATE work_items w SET embedder = v.embedder FROM unnest($1::bigint[], $2::text[]) AS v(id, embedder) WHERE w.id = v.id
                    """;
                var held = await store.AdvanceAsync(connection, [.. items.Select(i => i.Item)], Stage.Index, token);
                var kept = items.Where(i => held.Contains(i.Item.Id)).ToList();
                object?[] values = [kept.Select(i => i.Item.Id).ToArray(), kept.Select(i => i.Embedder).ToArray()];
                await Sql.ExecuteAsync(connection, sql, values, token);
            }
        );
}
