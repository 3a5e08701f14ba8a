using Npgsql;
using RagPy.Core.Indexing;

namespace RagPy.Core.Search.Evaluation;

/// <summary>A project that lives as long as one evaluation.</summary>
internal sealed class EvaluationProject : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly IVectorStore _store;
    private readonly long _personId;

    private EvaluationProject(NpgsqlDataSource dataSource, IVectorStore store, long id, long personId) =>
        (_dataSource, _store, Id, _personId) = (dataSource, store, id, personId);

    public long Id { get; }

    public static async Task<EvaluationProject> CreateAsync(
        NpgsqlDataSource dataSource,
        IVectorStore store,
        string embedder,
        int dimension,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = dataSource.CreateCommand(
            """
            WITH person AS (INSERT INTO people (name, created_at) VALUES ('evaluation', $5) RETURNING id)
            INSERT INTO projects (name, description, owner_id, embedder, dimension, store, index_version, created_at)
            SELECT $1, 'Thrown away when the evaluation ends.', id, $2, $3, $4, 0, $5 FROM person
            RETURNING id, owner_id
            """
        );
        object[] values = [$"evaluation {Guid.NewGuid():N}", embedder, dimension, store.Kind, now];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new EvaluationProject(dataSource, store, reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Writes documents that are current from the start: nobody else looks at this project.</summary>
    public async Task AddAsync(
        IReadOnlyCollection<Guid> documentIds,
        Guid generation,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await using var command = _dataSource.CreateCommand(
            """
            WITH added AS (
                INSERT INTO items (id, project_id, source_key, zotero_key, library, type, title, abstract, creators, author_keys, date, years, url,
                                   doi, language, publication_title, tags, collections)
                SELECT id, $1, id::text, '', '', '', '', '', '[]', '{}', '', '{}', '', '', '', '', '{}', '{}' FROM unnest($2) id
                RETURNING id)
            INSERT INTO documents (id, project_id, item_id, kind, source_key, file_name, source_path, attachment_title, content_type, file_length,
                                   state, stage, generation, page_count, needs_ocr_pages, chunk_count, language, created_at, updated_at)
            SELECT id, $1, id, 2, id::text, '', '', '', '', 0, 2, 4, $3, 0, 0, 0, '', $4, $4 FROM added
            """
        );
        object[] values = [Id, documentIds.ToArray(), generation, now];
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lets searches see what was written.</summary>
    public async Task PublishAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("UPDATE projects SET index_version = index_version + 1 WHERE id = $1");
        command.Parameters.Add(new() { Value = Id });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes points and rows, whatever happened before.</summary>
    public async ValueTask DisposeAsync()
    {
        await _store.RemoveProjectAsync(Id, CancellationToken.None).ConfigureAwait(false);
        await using var batch = _dataSource.CreateBatch();
        batch.BatchCommands.Add(new("DELETE FROM projects WHERE id = $1") { Parameters = { new() { Value = Id } } });
        batch.BatchCommands.Add(new("DELETE FROM people WHERE id = $1") { Parameters = { new() { Value = _personId } } });
        await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
