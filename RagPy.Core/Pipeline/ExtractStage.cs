using Npgsql;
using RagPy.Core.Extraction;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Gives a document its pages: from the project's cache, else by the extractor, whose pages stream into the database in one transaction with the
/// completion. Documents that share a file share the extraction.
/// </summary>
internal sealed class ExtractStage(
    NpgsqlDataSource dataSource,
    IBlobStore blobs,
    Extractors extractors,
    ProjectRecognition recognition,
    ExtractionWriter writer,
    WorkItemStore store,
    PipelineTelemetry telemetry
) : IStageHandler
{
    /// <inheritdoc/>
    public Stage Stage => Stage.Extract;

    /// <inheritdoc/>
    public int BatchSize => 1;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        foreach (var item in batch.Items)
        {
            await batch.Guard(item, token => ExtractAsync(item, token));
        }
    }

    private async Task ExtractAsync(ClaimedItem item, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (await ReadFileAsync(connection, item, cancellationToken) is not var (blob, contentType))
        {
            throw new OperationCanceledException("The document is gone.");
        }

        var extractor = extractors.For(contentType);
        var plan = await recognition.PlanAsync(item.ProjectId, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var key = new ExtractionKey(item.ProjectId, blob.Sha256, extractor.Engine, extractor.Version, DocumentVersions.ExtractionOptions);
        var made = await writer.FindAsync(connection, key, cancellationToken);
        var isCached = made is not null;
        if (made is null)
        {
            using var local = await blobs.GetLocalAsync(item.ProjectId, blob, cancellationToken);
            made = await writer.WriteAsync(connection, key, extractor.ExtractAsync(local.Path, cancellationToken), cancellationToken);
        }

        var withExtraction = item with { ExtractionId = made.Id };
        var isToBeRead = !plan.IsEmpty && extractors.HasPages(contentType) && (made.NeedsOcrPages > 0 || plan.ReadsAll);
        if (isToBeRead || made.HasText)
        {
            await store.AdvanceAsync(connection, [withExtraction], isToBeRead ? Stage.Recognize : Stage.Chunk, cancellationToken);
        }
        else
        {
            await store.NoteExtractionAsync(connection, withExtraction, cancellationToken);
        }

        // Kept even when the lease was lost or the document has no text: the next run need not extract it again.
        await transaction.CommitAsync(cancellationToken);
        telemetry.CountPages(made.Pages, isCached);
        if (!isToBeRead && made.WithoutText is { } failure)
        {
            throw new DocumentFailedException(
                failure.Code == FailureCode.NeedsOcr ? failure with { Reason = $"{failure.Reason} {plan.Advice}" } : failure
            );
        }
    }

    private static async Task<(BlobReference File, string ContentType)?> ReadFileAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        CancellationToken cancellationToken
    )
    {
        await using var command = Sql.Command(
            connection,
            "SELECT file_hash, file_length, content_type FROM documents WHERE id = $1",
            item.DocumentId
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) && !reader.IsDBNull(0)
            ? (new BlobReference(reader.GetString(0), reader.GetInt64(1)), reader.GetString(2))
            : null;
    }
}
