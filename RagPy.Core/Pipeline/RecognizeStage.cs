using Npgsql;
using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Gives documents the text of pages that have no usable text layer. Many documents are worked on at once: what limits them is the engine. Only documents with such
/// pages come here, in a queue of their own, so that slow recognition holds up nobody else.
/// </summary>
internal sealed class RecognizeStage(
    NpgsqlDataSource dataSource,
    ProjectRecognition engines,
    RecognitionRun run,
    RecognitionWriter writer,
    WorkItemStore store
) : IStageHandler
{
    /// <summary>How long a document waits for another of the same file before it looks again.</summary>
    private static readonly TimeSpan s_sameFile = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Stage Stage => Stage.Recognize;

    /// <inheritdoc/>
    public int BatchSize => 1;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        foreach (var item in batch.Items)
        {
            await batch.Guard(item, token => RecognizeAsync(item, token));
        }
    }

    private async Task RecognizeAsync(ClaimedItem item, CancellationToken cancellationToken)
    {
        var plan = await engines.PlanAsync(item.ProjectId, cancellationToken);
        var input = await ReadAsync(item, plan, cancellationToken);
        var outcome = await run.RunAsync(item, input, plan, cancellationToken);
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var made =
            plan.IsEmpty || input.Pages.Count == 0
                ? await writer.KeepAsync(connection, input, cancellationToken)
                : await writer.WriteAsync(connection, input, outcome, plan.ReadsAll, cancellationToken);
        var withExtraction = item with { ExtractionId = made.Id };
        if (made.HasText)
        {
            await store.AdvanceAsync(connection, [withExtraction], Stage.Chunk, cancellationToken);
        }
        else
        {
            await store.NoteExtractionAsync(connection, withExtraction, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        if (!made.HasText)
        {
            throw new DocumentFailedException(WithoutText(input, outcome, plan));
        }
    }

    private async Task<RecognitionInput> ReadAsync(ClaimedItem item, RecognitionPlan plan, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var input =
            await RecognitionInput.ReadAsync(connection, item, plan.ReadsAll, cancellationToken)
            ?? throw new OperationCanceledException("The document is gone.");
        // Documents of one file share what is recognised: the first does it, the others wait without holding anybody up.
        return await input.IsUnderWayElsewhereAsync(connection, item, cancellationToken)
            ? throw new PausedException(reason: null, s_sameFile)
            : input;
    }

    /// <summary>Why a document none of whose pages has text ends: the reason of most of its pages.</summary>
    private static Failure WithoutText(RecognitionInput input, RecognitionOutcome outcome, RecognitionPlan plan)
    {
        if (outcome.Unread.Count == 0)
        {
            return plan.IsEmpty
                ? new Failure(FailureCode.NeedsOcr, $"No page has a usable text layer. {plan.Advice}")
                : new Failure(FailureCode.Empty, $"Recognition found no text on the file's {Count(input.Structure.PageCount)}.");
        }

        var most = outcome.Unread.Values.GroupBy(failure => failure).MaxBy(group => group.Count())!;
        return most.Key with { Reason = $"No text could be recognised on {Count(most.Count())}: {most.Key.Reason}" };
    }

    private static string Count(int pages) => pages == 1 ? "1 page" : $"{pages} pages";
}
