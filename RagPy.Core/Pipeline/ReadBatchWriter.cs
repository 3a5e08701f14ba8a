using Npgsql;
using RagPy.Core.Projects;
using RagPy.Core.Sources;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>Brings one batch of a source's documents into the project: files first, then all rows in one transaction.</summary>
internal sealed class ReadBatchWriter(
    NpgsqlDataSource dataSource,
    SourceFiles files,
    DocumentVersions versions,
    DocumentRows rows,
    AbstractDocuments abstracts
)
{
    private const string KnownSql = """
        SELECT d.id, d.item_id, d.state, d.failure_code, d.failure_reason, d.fingerprint, d.file_hash, d.file_length, s.seen_by_task_id,
               x.options, d.needs_ocr_pages, d.chunks_without_vector
        FROM documents d LEFT JOIN extractions x ON x.id = d.extraction_id AND x.engine = $3 LEFT JOIN session_documents s ON s.document_id = d.id AND s.session_id = $2
        WHERE d.id = ANY($1) ORDER BY d.id
        """;

    /// <summary>Id of the document; an item without any attachment is known by its title and abstract.</summary>
    public static Guid DocumentIdOf(long projectId, SourceDocument document) =>
        HasAttachment(document)
            ? DocumentIdentity.DocumentId(projectId, document.Key)
            : DocumentIdentity.AbstractDocumentId(projectId, document.Item.Key);

    /// <summary>Writes the batch; does nothing but say so when the lease was lost.</summary>
    /// <exception cref="OperationCanceledException">The lease was lost, or the project is being deleted.</exception>
    public async Task WriteAsync(
        ClaimedItem item,
        ReadRun run,
        IReadOnlyList<PositionedDocument> batch,
        CancellationToken cancellationToken
    )
    {
        if (batch.Count == 0)
        {
            return;
        }

        // Files that no row names yet must not be taken for refuse before the rows are there.
        await using var held = await AdvisoryLock.AcquireAsync(
            dataSource,
            AdvisoryLocks.Blobs(item.ProjectId),
            shared: true,
            cancellationToken
        );
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        var before = await ReadKnownAsync(connection, item, batch, forUpdate: false, cancellationToken);
        var documents = await StoreFilesAsync(item, run, batch, before, cancellationToken);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(connection, item, documents, cancellationToken);
        var known = await ReadKnownAsync(connection, item, batch, forUpdate: true, cancellationToken);
        await rows.UpsertItemsAsync(connection, ItemsOf(item.ProjectId, batch), cancellationToken);
        await WriteRowsAsync(connection, item, run, batch, documents, known, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task WriteRowsAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        ReadRun run,
        IReadOnlyList<PositionedDocument> batch,
        IReadOnlyList<DocumentRow> documents,
        Dictionary<Guid, KnownDocument> known,
        CancellationToken cancellationToken
    )
    {
        var plan = new ReadPlan(run, item.TaskId);
        foreach (var row in documents)
        {
            plan.Add(row, known.GetValueOrDefault(row.Id));
        }

        await rows.UpsertFreshAsync(connection, item.ProjectId, plan.Fresh, cancellationToken);
        await rows.UpdateNamesAsync(connection, plan.Kept, cancellationToken);
        var positions = batch
            .Where(d => HasAttachment(d.Document))
            .Select(d => (DocumentIdOf(item.ProjectId, d.Document), d.Position))
            .ToArray();
        await rows.SeeAsync(connection, item, positions, cancellationToken);
        await rows.OpenAsync(connection, item, plan.Work, cancellationToken);
        await rows.RecordFailedAsync(connection, item, [.. plan.Failed], cancellationToken);

        var placeOfItem = new Dictionary<Guid, int>();
        foreach (var document in batch)
        {
            placeOfItem.TryAdd(DocumentIdentity.ItemId(item.ProjectId, document.Document.Item.Key), document.Position);
        }

        var items = placeOfItem.Keys.ToArray();
        await SeeAbstractsAsync(connection, item, items, cancellationToken);
        var (added, changed) = await abstracts.EvaluateAsync(connection, item, items, retry: true, cancellationToken, placeOfItem);
        const string counts = "UPDATE tasks SET added = added + $2, changed = changed + $3, unchanged = unchanged + $4 WHERE id = $1";
        object?[] values = [item.TaskId, plan.Added + added, plan.Changed + changed, plan.Unchanged];
        await Sql.ExecuteAsync(connection, counts, values, cancellationToken);
    }

    private async Task<List<DocumentRow>> StoreFilesAsync(
        ClaimedItem item,
        ReadRun run,
        IReadOnlyList<PositionedDocument> batch,
        Dictionary<Guid, KnownDocument> known,
        CancellationToken cancellationToken
    )
    {
        var documents = new List<DocumentRow>();
        foreach (var source in batch.Select(d => d.Document).Where(HasAttachment))
        {
            var id = DocumentIdOf(item.ProjectId, source);
            var (blob, failure) = source.Failure is null
                ? await files.StoreAsync(item.ProjectId, source.File!, known.GetValueOrDefault(id), cancellationToken)
                : (null, source.Failure);
            var content = blob?.Sha256 ?? $"{failure!.Code.ToWire()}:{failure.Reason}";
            var title = UnicodeText.WellFormed(source.Item.Title);
            var contentType = source.File?.ContentType ?? "";
            documents.Add(
                new DocumentRow(
                    id,
                    DocumentIdentity.ItemId(item.ProjectId, source.Item.Key),
                    DocumentKind.File,
                    UnicodeText.WellFormed(source.Key),
                    UnicodeText.WellFormed(source.FileName),
                    UnicodeText.WellFormed(source.Path),
                    UnicodeText.WellFormed(source.AttachmentTitle),
                    contentType,
                    blob?.Sha256,
                    blob?.Length ?? 0,
                    versions.Fingerprint(
                        DocumentKind.File,
                        content,
                        contentType,
                        title,
                        source.Item.Language,
                        run.Embedder,
                        run.Dimension,
                        run.CleanUp
                    ),
                    failure
                )
            );
        }

        return documents;
    }

    /// <summary>
    /// Checks that the work is still ours and the project still there, and takes the locks in the order in which workers that complete documents take them:
    /// work items before documents.
    /// </summary>
    private static async Task LockAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        List<DocumentRow> documents,
        CancellationToken cancellationToken
    )
    {
        const string fence = """
            SELECT w.id FROM work_items w JOIN projects p ON p.id = w.project_id
            WHERE w.id = $1 AND w.fence = $2 AND w.state = 2 AND p.deleted_at IS NULL FOR UPDATE OF w
            """;
        await using (var command = Sql.Command(connection, fence, item.Id, item.Fence))
        {
            if (await command.ExecuteScalarAsync(cancellationToken) is null)
            {
                throw new OperationCanceledException("The lease was lost.");
            }
        }

        const string open = "SELECT id FROM work_items WHERE document_id = ANY($1) AND state IN (1, 2) ORDER BY id FOR UPDATE";
        await Sql.ExecuteAsync(connection, open, [documents.Select(d => d.Id).ToArray()], cancellationToken);
    }

    private async Task<Dictionary<Guid, KnownDocument>> ReadKnownAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        IReadOnlyList<PositionedDocument> batch,
        bool forUpdate,
        CancellationToken cancellationToken
    )
    {
        var ids = batch.Select(d => DocumentIdOf(item.ProjectId, d.Document)).ToArray();
        await using var command = Sql.Command(
            connection,
            forUpdate ? KnownSql + " FOR UPDATE OF d" : KnownSql,
            ids,
            item.SessionId,
            versions.PageEngine
        );
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var known = new Dictionary<Guid, KnownDocument>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var failure = reader.IsDBNull(3)
                ? null
                : new Failure((FailureCode)reader.GetInt32(3), reader.IsDBNull(4) ? "" : reader.GetString(4));
            known[reader.GetGuid(0)] = new KnownDocument(
                reader.GetGuid(0),
                reader.GetGuid(1),
                (DocumentState)reader.GetInt32(2),
                failure,
                reader.IsDBNull(5) ? null : reader.GetGuid(5),
                reader.IsDBNull(6) ? null : reader.GetString(6),
                reader.GetInt64(7),
                reader.IsDBNull(8) ? null : reader.GetInt64(8)
            )
            {
                ExtractionOptions = reader.IsDBNull(9) ? null : reader.GetString(9),
                NeedsOcrPages = reader.GetInt32(10),
                ChunksWithoutVector = reader.GetInt32(11),
            };
        }

        return known;
    }

    /// <summary>A document of title and abstract stays as long as its item is in the source; a file with text removes it when it is indexed.</summary>
    private static Task<int> SeeAbstractsAsync(
        NpgsqlConnection connection,
        ClaimedItem item,
        Guid[] items,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            UPDATE session_documents s SET seen_by_task_id = $2 FROM documents d
            WHERE s.session_id = $3 AND d.id = s.document_id AND d.kind = 2 AND d.item_id = ANY($1)
            """;
        return Sql.ExecuteAsync(connection, sql, [items, item.TaskId, item.SessionId], cancellationToken);
    }

    private static bool HasAttachment(SourceDocument document) => document.File is not null || document.Failure is not null;

    private static List<Item> ItemsOf(long projectId, IReadOnlyList<PositionedDocument> batch) =>
        [.. batch.Select(d => d.Document.Item).DistinctBy(i => i.Key).Select(i => DocumentIdentity.ToItem(projectId, WellFormed(i)))];

    private static SourceItem WellFormed(SourceItem item) =>
        item with
        {
            Key = UnicodeText.WellFormed(item.Key),
            Title = UnicodeText.WellFormed(item.Title),
            Abstract = UnicodeText.WellFormed(item.Abstract),
            Creators =
            [
                .. item.Creators.Select(c => new Creator(
                    c.Role,
                    UnicodeText.WellFormed(c.FamilyName),
                    UnicodeText.WellFormed(c.GivenName)
                )),
            ],
            Date = UnicodeText.WellFormed(item.Date),
            Url = UnicodeText.WellFormed(item.Url),
            Doi = UnicodeText.WellFormed(item.Doi),
            Language = UnicodeText.WellFormed(item.Language),
            PublicationTitle = UnicodeText.WellFormed(item.PublicationTitle),
            Tags = [.. item.Tags.Select(UnicodeText.WellFormed)],
            Collections = [.. item.Collections.Select(UnicodeText.WellFormed)],
        };
}
