using Npgsql;
using RagPy.Core.CleanUp;
using RagPy.Core.Projects;
using RagPy.Core.Storage;

namespace RagPy.Core.Pipeline;

/// <summary>What the stages after extraction need of a document: content, title, project and extraction.</summary>
/// <param name="CleanUp">The model that cleans this document up; <see cref="CleanUpRules.None"/> where none does.</param>
internal sealed record ChunkInput(
    ClaimedItem Item,
    Guid DocumentId,
    DocumentKind Kind,
    string ContentHash,
    BlobReference? File,
    string ContentType,
    string AbstractText,
    string Title,
    string ItemLanguage,
    string Language,
    string Embedder,
    int Dimension,
    string CleanUp,
    string[] Extraction,
    string? Structure
)
{
    private const string Select = """
        SELECT d.id, d.kind, d.file_hash, i.title, i.abstract, i.language, d.language, p.embedder, p.dimension, x.engine, x.engine_version, x.options,
               d.file_length, d.content_type, p.clean_up
        """;

    private const string From = """

        FROM unnest($1::uuid[], $2::bigint[]) AS w(document_id, extraction_id)
        JOIN documents d ON d.id = w.document_id JOIN items i ON i.id = d.item_id JOIN projects p ON p.id = d.project_id
        LEFT JOIN extractions x ON x.id = w.extraction_id
        """;

    /// <summary>Reads the inputs of items, by work item; documents that are gone are left out.</summary>
    /// <param name="withStructure">Also read the extraction's structure, which can be large.</param>
    public static async Task<Dictionary<long, ChunkInput>> ReadAsync(
        NpgsqlDataSource dataSource,
        IReadOnlyCollection<ClaimedItem> items,
        bool withStructure,
        CancellationToken cancellationToken
    )
    {
        var byDocument = items.ToDictionary(i => i.DocumentId!.Value);
        var sql = Select + (withStructure ? ", x.structure" : ", NULL::text") + From;
        var extractions = items.Select(i => i.ExtractionId).ToArray();
        await using var command = Sql.Command(dataSource, sql, items.Select(i => i.DocumentId!.Value).ToArray(), extractions);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var inputs = new Dictionary<long, ChunkInput>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var title = reader.GetString(3);
            var text = DocumentVersions.AbstractText(title, reader.GetString(4));
            var kind = (DocumentKind)reader.GetInt32(1);
            var item = byDocument[reader.GetGuid(0)];
            string[] extraction = reader.IsDBNull(9) ? [] : [reader.GetString(9), reader.GetString(10), reader.GetString(11)];
            inputs[item.Id] = new ChunkInput(
                item,
                reader.GetGuid(0),
                kind,
                kind == DocumentKind.Abstract ? DocumentVersions.HashOf(text) : reader.GetString(2),
                kind == DocumentKind.Abstract ? null : new BlobReference(reader.GetString(2), reader.GetInt64(12)),
                reader.GetString(13),
                text,
                title,
                reader.GetString(5),
                reader.GetString(6),
                reader.GetString(7),
                reader.GetInt32(8),
                CleanUpRules.For(kind, reader.GetString(13), extraction.FirstOrDefault(""), reader.GetString(14)),
                extraction,
                reader.IsDBNull(15) ? null : reader.GetString(15)
            );
        }

        return inputs;
    }
}
