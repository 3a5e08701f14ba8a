using System.Runtime.CompilerServices;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Storage;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Makes points from the chunks in PostgreSQL, from which every store can be filled anew.</summary>
internal sealed class ChunkPoints(NpgsqlDataSource dataSource)
{
    /// <summary>Points read together; a larger document goes by itself.</summary>
    private const int MaxPoints = 2_000;

    /// <summary>The points of generations, in the order of their documents.</summary>
    public async Task<List<IndexPoint>> ReadAsync(
        IReadOnlyCollection<(Guid Document, Guid Generation)> generations,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT c.id, c.document_id, c.generation, c.ordinal, c.dense, c.sparse
            FROM unnest($1::uuid[], $2::uuid[]) AS v(document_id, generation)
            JOIN chunks c ON c.document_id = v.document_id AND c.generation = v.generation
            ORDER BY c.document_id, c.ordinal
            """;
        object?[] values = [generations.Select(g => g.Document).ToArray(), generations.Select(g => g.Generation).ToArray()];
        await using var command = Sql.Command(dataSource, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var points = new List<IndexPoint>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            points.Add(Read(reader));
        }

        return points;
    }

    /// <summary>The point of a row: id, document, generation, ordinal, dense, sparse.</summary>
    public static IndexPoint Read(NpgsqlDataReader reader) =>
        new(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetGuid(2),
            reader.GetInt32(3),
            reader.IsDBNull(4) ? [] : DenseVectorCodec.Decode(reader.GetFieldValue<byte[]>(4)),
            SparseVectorCodec.Decode(reader.GetFieldValue<byte[]>(5))
        );

    /// <summary>Current generation and number of chunks of each indexed document of a project.</summary>
    public async Task<List<(Guid Document, Guid Generation, int Chunks)>> ListCurrentAsync(
        long projectId,
        CancellationToken cancellationToken
    )
    {
        const string sql = "SELECT id, generation, chunk_count FROM documents WHERE project_id = $1 AND generation IS NOT NULL ORDER BY id";
        await using var command = Sql.Command(dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var documents = new List<(Guid, Guid, int)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            documents.Add((reader.GetGuid(0), reader.GetGuid(1), reader.GetInt32(2)));
        }

        return documents;
    }

    /// <summary>All current points of a project, some documents at a time.</summary>
    public async IAsyncEnumerable<List<IndexPoint>> ReadCurrentAsync(
        long projectId,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var documents = await ListCurrentAsync(projectId, cancellationToken).ConfigureAwait(false);
        foreach (var group in Split(documents))
        {
            yield return await ReadAsync([.. group.Select(d => (d.Document, d.Generation))], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Documents in groups that are read and written together.</summary>
    public static IEnumerable<List<(Guid Document, Guid Generation, int Chunks)>> Split(
        IEnumerable<(Guid Document, Guid Generation, int Chunks)> documents
    )
    {
        var group = new List<(Guid, Guid, int)>();
        var points = 0;
        foreach (var document in documents)
        {
            if (group.Count > 0 && points + document.Chunks > MaxPoints)
            {
                yield return group;
                (group, points) = ([], 0);
            }

            group.Add(document);
            points += document.Chunks;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    /// <summary>Does something while nobody writes or removes points of a project.</summary>
    public async Task WithoutWritersAsync(long projectId, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        await using var held = await AdvisoryLock
            .AcquireAsync(dataSource, AdvisoryLocks.Index(projectId), shared: false, cancellationToken)
            .ConfigureAwait(false);
        await action(cancellationToken).ConfigureAwait(false);
    }
}
