using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Settings;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Has the chunks of documents cleaned up by a chat model, several of a document at once. What does not work is tried again when the work item comes back after its
/// wait, with the chunks that are left; at its last try those keep their raw text. After a while in hand a document gives others their turn.
/// </summary>
internal sealed partial class CleanStage(
    NpgsqlDataSource dataSource,
    CleanUpDispatcher dispatcher,
    CleanUpWriter writer,
    DocumentVersions versions,
    WorkItemStore store,
    RagPySettings settings,
    PipelineOptions options,
    TimeProvider time,
    ILogger<CleanStage> logger
) : IStageHandler
{
    /// <summary>Longest time in hand before other documents have their turn.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public Stage Stage => Stage.Clean;

    /// <inheritdoc/>
    public int BatchSize => 1;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        var inputs = await ChunkInput.ReadAsync(dataSource, batch.Items, withStructure: false, batch.Stopping);
        foreach (var input in inputs.Values)
        {
            await RunAsync(batch, input);
        }
    }

    private async Task RunAsync(StageBatch batch, ChunkInput input)
    {
        var isCurrent = versions.IsCurrent(input);
        if (isCurrent && !await batch.Guard(input.Item, token => CleanAsync(input, token)))
        {
            return;
        }

        var (item, next) = isCurrent ? (input.Item, Stage.Embed) : (input.Item with { Generation = null }, Stage.Chunk);
        await batch.CommitAsync([item], i => i, (connection, items, token) => store.AdvanceAsync(connection, items, next, token));
    }

    private async Task CleanAsync(ChunkInput input, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        TransientFailureException? trouble = null;
        for (var after = -1; ; )
        {
            var works = await writer.ReadAsync(input, after, settings.DefaultBatchSizeGpt, cancellationToken);
            if (works.Count == 0)
            {
                break;
            }

            after = works[^1].Ordinal;
            var troubles = await Task.WhenAll(works.Select(work => TryAsync(work, cancellationToken)));
            trouble = troubles.Aggregate(trouble, Later);
            if (time.GetElapsedTime(begun) > s_turn && trouble is null)
            {
                throw new PausedException(reason: null, TimeSpan.Zero);
            }
        }

        if (trouble is not null)
        {
            throw trouble;
        }

        await LogEndAsync(input.Item, cancellationToken);
    }

    /// <summary>Cleans one chunk up.</summary>
    /// <returns>What is to be tried again later.</returns>
    private async Task<TransientFailureException?> TryAsync(CleanUpWork work, CancellationToken cancellationToken)
    {
        try
        {
            await (
                work.IsNeeded
                    ? dispatcher.CleanAsync(work, cancellationToken)
                    : writer.WriteAsync(work, CleanUpAnswer.Kept(work.Text, CleanUpOutcome.Skipped), cancellationToken)
            );
            return null;
        }
        catch (TransientFailureException transient)
        {
            if (work.Item.Failures + 1 < options.MaxTries)
            {
                return transient;
            }

            LogGivenUp(work.Item.DocumentId, work.Ordinal + 1, transient.Failure.Reason);
            await writer.WriteAsync(work, CleanUpAnswer.Kept(work.Text, CleanUpOutcome.Failed), cancellationToken);
            return null;
        }
    }

    /// <summary>Of two troubles the one that asks for the longer wait.</summary>
    private static TransientFailureException? Later(TransientFailureException? one, TransientFailureException? other) =>
        other is null || (one is not null && (one.RetryAfter ?? TimeSpan.Zero) >= (other.RetryAfter ?? TimeSpan.Zero)) ? one : other;

    private async Task LogEndAsync(ClaimedItem item, CancellationToken cancellationToken)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var counts = await writer.CountAsync(item, cancellationToken);
        var words = counts
            .OrderBy(c => c.Key)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value} {c.Key.ToString().ToLowerInvariant()}"));
        LogEnd(item.DocumentId, item.SessionId, string.Join(", ", words));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Clean-up of document {DocumentId} of session {SessionId}: passages {Counts}")]
    private partial void LogEnd(Guid? documentId, long sessionId, string counts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Passage {Passage} of document {DocumentId} keeps its raw text: {Reason}")]
    private partial void LogGivenUp(Guid? documentId, int passage, string reason);
}
