using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>
/// An item none of whose files gives text is found by its title and abstract: they make a document of their own. Whether it is needed is decided
/// under a lock on the item's row, after the change that raised the question, so two files that end at once cannot both miss it.
/// </summary>
internal sealed class AbstractDocuments(DocumentVersions versions, DocumentRows rows)
{
    private const string LockSql = "SELECT id FROM items WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";

    /// <summary>A cancelled file (code 16) may still give text.</summary>
    private const string StateSql = """
        SELECT i.id, i.source_key, i.title, i.abstract, i.language, p.embedder, p.dimension,
               EXISTS (SELECT FROM documents d WHERE d.item_id = i.id AND d.kind = 1),
               EXISTS (SELECT FROM documents d WHERE d.item_id = i.id AND d.kind = 1 AND (d.state <> 3 OR d.failure_code = 16)),
               a.fingerprint, a.state, a.failure_code,
               coalesce((SELECT min(s.position) FROM session_documents s JOIN documents d ON d.id = s.document_id
                         WHERE d.item_id = i.id AND s.session_id = $2), 0)
        FROM items i JOIN projects p ON p.id = i.project_id LEFT JOIN documents a ON a.item_id = i.id AND a.kind = 2
        WHERE i.id = ANY($1) ORDER BY i.id
        """;

    private static readonly Failure s_nothing = new(FailureCode.Empty, "The item has no file, no abstract and no title.");

    /// <summary>Makes the documents that are needed, and takes away those that have nothing to say any more.</summary>
    /// <param name="of">The work item in whose transaction, task and session this happens.</param>
    /// <param name="retry">Also take failed ones up again, as a new run does.</param>
    /// <param name="positions">Places of items that have no file in the session; other items take their first file's.</param>
    /// <returns>Documents made for the first time, and those taken up again.</returns>
    public async Task<(int Added, int Changed)> EvaluateAsync(
        NpgsqlConnection connection,
        ClaimedItem of,
        Guid[] itemIds,
        bool retry,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<Guid, int>? positions = null
    )
    {
        await Sql.ExecuteAsync(connection, LockSql, [itemIds], cancellationToken);
        var states = await ReadAsync(connection, of, itemIds, cancellationToken);
        var fresh = new List<DocumentRow>();
        var work = new List<(Guid, Stage, bool)>();
        var seen = new List<(Guid, int)>();
        var useless = new List<Guid>();
        var (added, changed) = (0, 0);
        foreach (var state in states.Where(s => !s.MayGiveText))
        {
            var row = Row(of.ProjectId, state);
            if (row.Failure is not null && state.HasFiles)
            {
                useless.Add(row.Id);
                continue;
            }

            seen.Add((row.Id, positions?.GetValueOrDefault(state.ItemId, state.Position) ?? state.Position));
            if (!NeedsWork(state, row, retry))
            {
                continue;
            }

            fresh.Add(row);
            added += state.State is null ? 1 : 0;
            changed += state.State is null ? 0 : 1;
            if (row.Failure is null)
            {
                work.Add((row.Id, Stage.Chunk, state.Fingerprint != row.Fingerprint));
            }
        }

        await rows.UpsertFreshAsync(connection, of.ProjectId, fresh, cancellationToken);
        await rows.SeeAsync(connection, of, seen, cancellationToken);
        await rows.OpenAsync(connection, of, work, cancellationToken);
        await rows.RecordFailedAsync(connection, of, [.. fresh.Where(r => r.Failure is not null).Select(r => r.Id)], cancellationToken);
        if (useless.Count > 0)
        {
            await Sql.ExecuteAsync(connection, DeletionService.DeleteDocumentsSql, [of.ProjectId, useless.ToArray()], cancellationToken);
        }

        return (added, changed);
    }

    private static bool NeedsWork(ItemState state, DocumentRow row, bool retry) =>
        state.State is null
        || state.Fingerprint != row.Fingerprint
        || (
            retry
            && (state.State == DocumentState.Pending || (state.State == DocumentState.Failed && Retries.IsWorthwhile(state.FailureCode)))
        );

    private DocumentRow Row(long projectId, ItemState state)
    {
        var text = DocumentVersions.AbstractText(state.Title, state.Abstract);
        var hash = DocumentVersions.HashOf(text);
        return new DocumentRow(
            DocumentIdentity.AbstractDocumentId(projectId, state.SourceKey),
            state.ItemId,
            DocumentKind.Abstract,
            state.SourceKey,
            FileName: "",
            SourcePath: "",
            AttachmentTitle: "",
            ContentType: "text/plain",
            FileHash: null,
            FileLength: 0,
            versions.Fingerprint(
                DocumentKind.Abstract,
                hash,
                contentType: "",
                state.Title,
                state.Language,
                state.Embedder,
                state.Dimension,
                CleanUpRules.None
            ),
            text.Length == 0 ? s_nothing : null
        );
    }

    private static async Task<List<ItemState>> ReadAsync(
        NpgsqlConnection connection,
        ClaimedItem of,
        Guid[] itemIds,
        CancellationToken cancellationToken
    )
    {
        await using var command = Sql.Command(connection, StateSql, itemIds, of.SessionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var states = new List<ItemState>();
        while (await reader.ReadAsync(cancellationToken))
        {
            states.Add(
                new ItemState(
                    reader.GetGuid(0),
                    reader.GetString(1),
                    reader.GetString(2),
                    reader.GetString(3),
                    reader.GetString(4),
                    reader.GetString(5),
                    reader.GetInt32(6),
                    reader.GetBoolean(7),
                    reader.GetBoolean(8),
                    reader.IsDBNull(9) ? null : reader.GetGuid(9),
                    reader.IsDBNull(10) ? null : (DocumentState)reader.GetInt32(10),
                    reader.IsDBNull(11) ? null : (FailureCode)reader.GetInt32(11),
                    reader.GetInt32(12)
                )
            );
        }

        return states;
    }

    private sealed record ItemState(
        Guid ItemId,
        string SourceKey,
        string Title,
        string Abstract,
        string Language,
        string Embedder,
        int Dimension,
        bool HasFiles,
        bool MayGiveText,
        Guid? Fingerprint,
        DocumentState? State,
        FailureCode? FailureCode,
        int Position
    );
}
