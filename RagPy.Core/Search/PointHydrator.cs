using System.Text.Json;
using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.Indexing;
using RagPy.Core.Sources;

namespace RagPy.Core.Search;

/// <summary>Fetches text, item and pages of points, all in one statement.</summary>
internal sealed class PointHydrator(NpgsqlDataSource dataSource)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private const string Sql = """
        SELECT c.document_id, c.ordinal, c.text, c.spans, c.heading_path, c.is_references,
               d.language, d.file_hash, d.source_path,
               coalesce(nullif(i.zotero_key, ''), i.source_key), i.title, i.creators::text, i.years, i.date, i.type, i.publication_title, i.url, i.doi,
               s.keys, s.titles, p.indexes, p.labels, p.geometries, p.sections,
               i.library, s.libraries, c.clean_text
        FROM unnest($2::uuid[], $3::uuid[], $4::int[]) AS w(document_id, generation, ordinal)
        JOIN documents d ON d.id = w.document_id AND d.project_id = $1 AND d.generation = w.generation
        JOIN chunks c ON c.document_id = w.document_id AND c.generation = w.generation AND c.ordinal = w.ordinal AND c.project_id = $1
        JOIN items i ON i.id = d.item_id AND i.project_id = $1
        CROSS JOIN LATERAL (
            SELECT array_agg(t.key ORDER BY t.key) AS keys, array_agg(t.title ORDER BY t.key) AS titles,
                   array_agg(t.library ORDER BY t.key) AS libraries
            FROM (
                SELECT DISTINCT coalesce(nullif(o.zotero_key, ''), o.source_key) AS key, o.title, o.library
                FROM documents same JOIN items o ON o.id = same.item_id AND o.project_id = $1
                WHERE same.project_id = $1 AND same.file_hash = d.file_hash AND same.generation IS NOT NULL) t) s
        CROSS JOIN LATERAL (
            SELECT array_agg(g.page_index) AS indexes, array_agg(g.label) AS labels, array_agg(g.geometry) AS geometries,
                   array_agg(g.width = 0 AND g.height = 0) AS sections
            FROM pages g
            WHERE g.extraction_id = d.extraction_id
              AND g.page_index IN (SELECT c.spans[n] FROM generate_series(1, cardinality(c.spans), 3) n)) p
        WHERE d.project_id = $1
        """;

    /// <summary>What is current of the given points; those replaced meanwhile are missing.</summary>
    public async Task<IReadOnlyDictionary<(Guid Document, int Ordinal), HydratedPoint>> ReadAsync(
        long projectId,
        IReadOnlyList<PointHit> points,
        CancellationToken cancellationToken
    )
    {
        var found = new Dictionary<(Guid, int), HydratedPoint>();
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = projectId });
        command.Parameters.Add(new() { Value = points.Select(p => p.DocumentId).ToArray() });
        command.Parameters.Add(new() { Value = points.Select(p => p.Generation).ToArray() });
        command.Parameters.Add(new() { Value = points.Select(p => p.Ordinal).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var point = Read(reader);
            found[(point.DocumentId, point.Ordinal)] = point;
        }

        return found;
    }

    private static HydratedPoint Read(NpgsqlDataReader reader) =>
        new()
        {
            DocumentId = reader.GetGuid(0),
            Ordinal = reader.GetInt32(1),
            Text = reader.GetString(2),
            CleanText = reader.IsDBNull(26) ? null : reader.GetString(26),
            Spans = [.. reader.GetFieldValue<int[]>(3).Chunk(3).Select(s => new TextSpan(s[0], s[1], s[2]))],
            HeadingPath = reader.GetFieldValue<string[]>(4),
            IsReferences = reader.GetBoolean(5),
            Language = reader.GetString(6),
            FileHash = reader.IsDBNull(7) ? null : reader.GetString(7),
            FilePath = reader.GetString(8),
            ItemKey = reader.GetString(9),
            Library = reader.GetString(24),
            Title = reader.GetString(10),
            Creators = JsonSerializer.Deserialize<Creator[]>(reader.GetString(11), s_json) ?? [],
            Years = reader.GetFieldValue<int[]>(12),
            Date = reader.GetString(13),
            Type = reader.GetString(14),
            PublicationTitle = reader.GetString(15),
            Url = reader.GetString(16),
            Doi = reader.GetString(17),
            SameFile = ReadItems(reader),
            Pages = ReadPages(reader),
        };

    private static IReadOnlyList<ItemReference> ReadItems(NpgsqlDataReader reader) =>
        reader.IsDBNull(18)
            ? []
            :
            [
                .. reader
                    .GetFieldValue<string[]>(18)
                    .Zip(reader.GetFieldValue<string[]>(19), reader.GetFieldValue<string[]>(25))
                    .Select(item => new ItemReference(item.First, item.Second, item.Third)),
            ];

    private static Dictionary<int, PassagePage> ReadPages(NpgsqlDataReader reader)
    {
        var pages = new Dictionary<int, PassagePage>();
        if (reader.IsDBNull(20))
        {
            return pages;
        }

        var indexes = reader.GetFieldValue<int[]>(20);
        var labels = reader.GetFieldValue<string?[]>(21);
        var geometries = reader.GetFieldValue<byte[][]>(22);
        var sections = reader.GetFieldValue<bool[]>(23);
        for (var i = 0; i < indexes.Length; i++)
        {
            pages[indexes[i]] = new PassagePage(labels[i], geometries[i], sections[i]);
        }

        return pages;
    }
}
