using System.Runtime.CompilerServices;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using RagPy.Core.CleanUp;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Projects;

namespace RagPy.Core.Pipeline;

/// <summary>
/// Fixes a document's language and generation, and cuts its pages into the generation's chunks. The chunks of a generation are written in one transaction:
/// they are all there or none, so those that are there need not be made again.
/// </summary>
internal sealed class ChunkStage(
    NpgsqlDataSource dataSource,
    IDocumentChunker chunker,
    GivenChunks given,
    DocumentVersions versions,
    WorkItemStore store,
    PipelineOptions options
) : IStageHandler
{
    private const int LanguageSample = 20_000;

    private const string CopyChunks =
        "COPY chunks (document_id, generation, ordinal, id, project_id, text, spans, heading_path, token_count, is_references, dense, sparse) FROM STDIN (FORMAT binary)";

    private static readonly DocumentStructure s_noStructure = new(0, [], [], [], [], null, null);

    /// <inheritdoc/>
    public Stage Stage => Stage.Chunk;

    /// <inheritdoc/>
    public int BatchSize => options.BatchSize;

    /// <inheritdoc/>
    public async Task RunAsync(StageBatch batch)
    {
        var inputs = await ChunkInput.ReadAsync(dataSource, batch.Items, withStructure: true, batch.Stopping);
        var versioned = new List<ChunkInput>();
        foreach (var item in batch.Items)
        {
            await batch.Guard(
                item,
                async token =>
                {
                    var input = inputs.GetValueOrDefault(item.Id) ?? throw new OperationCanceledException("The document is gone.");
                    versioned.Add(await WithVersionAsync(input, token));
                }
            );
        }

        await batch.CommitAsync(versioned, input => input.Item, WriteAsync);
    }

    private async Task<ChunkInput> WithVersionAsync(ChunkInput input, CancellationToken cancellationToken)
    {
        if (input.Kind == DocumentKind.File && input.Structure is null)
        {
            throw new TransientFailureException(new Failure(FailureCode.Internal, "The extraction was removed meanwhile."));
        }

        var sample = new StringBuilder();
        await foreach (var page in PagesAsync(input, cancellationToken))
        {
            sample.Append(page.Text).Append('\n');
            if (sample.Length >= LanguageSample)
            {
                break;
            }
        }

        var language = LanguageDetector.Resolve(input.ItemLanguage, sample.ToString());
        input = input with { Language = language };
        return input with { Item = input.Item with { Generation = versions.Generation(input) } };
    }

    private async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<ChunkInput> inputs, CancellationToken cancellationToken)
    {
        var made = await FindMadeAsync(connection, inputs, cancellationToken);
        await using (var importer = await connection.BeginBinaryImportAsync(CopyChunks, cancellationToken))
        {
            foreach (var input in inputs.Where(i => !made.Contains((i.DocumentId, i.Item.Generation!.Value))))
            {
                await WriteDocumentAsync(importer, input, cancellationToken);
            }

            await importer.CompleteAsync(cancellationToken);
        }

        var held = new HashSet<long>();
        foreach (var group in inputs.GroupBy(i => i.CleanUp == CleanUpRules.None ? Stage.Embed : Stage.Clean))
        {
            held.UnionWith(await store.AdvanceAsync(connection, [.. group.Select(i => i.Item)], group.Key, cancellationToken));
        }

        var kept = inputs.Where(i => held.Contains(i.Item.Id)).ToList();
        const string language = """
            UPDATE documents d SET language = l.language FROM unnest($1::uuid[], $2::text[]) AS l(id, language)
            WHERE d.id = l.id AND d.language <> l.language
            """;
        object?[] values = [kept.Select(i => i.DocumentId).ToArray(), kept.Select(i => i.Language).ToArray()];
        await Sql.ExecuteAsync(connection, language, values, cancellationToken);
        if (kept.Count < inputs.Count)
        {
            await RemoveVoidAsync(connection, inputs, held, made, cancellationToken);
        }
    }

    /// <summary>Chunks of work that turned out to be no longer ours must not stay: nothing would ever refer to them.</summary>
    private static Task<int> RemoveVoidAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ChunkInput> inputs,
        HashSet<long> held,
        HashSet<(Guid, Guid)> made,
        CancellationToken cancellationToken
    )
    {
        var useless = inputs.Where(i => !held.Contains(i.Item.Id) && !made.Contains((i.DocumentId, i.Item.Generation!.Value))).ToList();
        const string sql = """
            DELETE FROM chunks c USING unnest($1::uuid[], $2::uuid[]) AS v(document_id, generation)
            WHERE c.document_id = v.document_id AND c.generation = v.generation
            """;
        object?[] values = [useless.Select(i => i.DocumentId).ToArray(), useless.Select(i => i.Item.Generation!.Value).ToArray()];
        return Sql.ExecuteAsync(connection, sql, values, cancellationToken);
    }

    private static async Task<HashSet<(Guid, Guid)>> FindMadeAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ChunkInput> inputs,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT v.document_id, v.generation FROM unnest($1::uuid[], $2::uuid[]) AS v(document_id, generation)
            WHERE EXISTS (SELECT FROM chunks c WHERE c.document_id = v.document_id AND c.generation = v.generation)
            """;
        object?[] values = [inputs.Select(i => i.DocumentId).ToArray(), inputs.Select(i => i.Item.Generation!.Value).ToArray()];
        await using var command = Sql.Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var made = new HashSet<(Guid, Guid)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            made.Add((reader.GetGuid(0), reader.GetGuid(1)));
        }

        return made;
    }

    private async Task WriteDocumentAsync(NpgsqlBinaryImporter importer, ChunkInput input, CancellationToken cancellationToken)
    {
        var structure = input.Structure is null ? s_noStructure : ExtractionWriter.Parse(input.Structure);
        var pages = PagesAsync(input, cancellationToken);
        var count = 0;
        if (GivenChunks.Are(input))
        {
            await foreach (var (chunk, dense, sparse) in given.ReadAsync(input, pages, cancellationToken))
            {
                await WriteChunkAsync(importer, input, chunk, dense, sparse, cancellationToken);
                count++;
            }
        }
        else
        {
            await foreach (var chunk in chunker.ChunkAsync(pages, structure, cancellationToken))
            {
                await WriteChunkAsync(importer, input, chunk, dense: null, sparse: null, cancellationToken);
                count++;
            }
        }

        if (count == 0)
        {
            throw new DocumentFailedException(FailureCode.Empty, "The pages have nothing but running heads, footers and page numbers.");
        }
    }

    private static async Task WriteChunkAsync(
        NpgsqlBinaryImporter importer,
        ChunkInput input,
        Chunking.Chunk chunk,
        byte[]? dense,
        byte[]? sparse,
        CancellationToken cancellationToken
    )
    {
        var generation = input.Item.Generation!.Value;
        await importer.StartRowAsync(cancellationToken);
        await importer.WriteAsync(input.DocumentId, NpgsqlDbType.Uuid, cancellationToken);
        await importer.WriteAsync(generation, NpgsqlDbType.Uuid, cancellationToken);
        await importer.WriteAsync(chunk.Ordinal, NpgsqlDbType.Integer, cancellationToken);
        await importer.WriteAsync(Uuid5.ForPoint(input.DocumentId, generation, chunk.Ordinal), NpgsqlDbType.Uuid, cancellationToken);
        await importer.WriteAsync(input.Item.ProjectId, NpgsqlDbType.Bigint, cancellationToken);
        await importer.WriteAsync(chunk.Text, NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(Chunking.TextSpan.Flatten(chunk.Spans), NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
        await importer.WriteAsync(chunk.HeadingPath.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
        await importer.WriteAsync(chunk.TokenCount, NpgsqlDbType.Integer, cancellationToken);
        await importer.WriteAsync(chunk.IsReferences, NpgsqlDbType.Boolean, cancellationToken);
        await WriteBytesAsync(importer, dense, cancellationToken);
        await WriteBytesAsync(importer, sparse, cancellationToken);
    }

    private static Task WriteBytesAsync(NpgsqlBinaryImporter importer, byte[]? bytes, CancellationToken cancellationToken) =>
        bytes is null ? importer.WriteNullAsync(cancellationToken) : importer.WriteAsync(bytes, NpgsqlDbType.Bytea, cancellationToken);

    /// <summary>Pages in order, on a connection of their own; title and abstract are one page of index 0.</summary>
    private async IAsyncEnumerable<ExtractedPage> PagesAsync(ChunkInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (input.Kind == DocumentKind.Abstract)
        {
            yield return new ExtractedPage(0, null, "abstract", input.AbstractText, 0, 0, ReadOnlyMemory<byte>.Empty, false);
            yield break;
        }

        const string sql =
            "SELECT page_index, label, engine, text, width, height FROM pages WHERE extraction_id = $1 AND NOT needs_ocr ORDER BY page_index";
        await using var command = Sql.Command(dataSource, sql, input.Item.ExtractionId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return new ExtractedPage(
                reader.GetInt32(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetFloat(4),
                reader.GetFloat(5),
                ReadOnlyMemory<byte>.Empty,
                false
            );
        }
    }
}
