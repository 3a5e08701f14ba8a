using System.Globalization;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using RagPy.Core;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;

namespace RagPy.Bench.Http;

/// <summary>
/// An indexed project of made-up words, ready to be searched by HTTP: every document with its item, its passages in the database and their points in the store. Words
/// follow Zipf's law; a passage's sparse vector is that of its words, its dense vector one of clusters, as in <see cref="SearchBench"/>.
/// </summary>
internal sealed class BenchLibrary
{
    private const int ChunksPerDocument = 20;
    private const int WordsPerChunk = 450;
    private const int Vocabulary = 100_000;
    private const int Batch = 4_000;

    private static readonly string[] s_syllables = [.. from first in "bcdfglmnprstv" from second in "aeiou" select $"{first}{second}"];

    private readonly Random _random = new(7);
    private readonly string[] _words = [.. Enumerable.Range(0, Vocabulary).Select(Word)];
    private readonly uint[] _terms;
    private readonly float[][] _centres;

    public BenchLibrary()
    {
        var encoder = new SparseEncoder();
        _terms = [.. _words.Select(word => encoder.Encode("", word, "en").Terms.FirstOrDefault())];
        _centres = [.. Enumerable.Range(0, 200).Select(_ => SearchBench.Vector(_random, OfflineEmbeddingGenerator.Info.Dimension, null))];
    }

    /// <summary>Some words, none of them among the commonest, which stop lists would leave out.</summary>
    public string Query(int words) => string.Join(' ', Enumerable.Range(0, words).Select(_ => _words[Rank(least: 0.3)]));

    /// <summary>Fills an empty project.</summary>
    public async Task WriteAsync(BenchDatabase database, string data, long project, int chunks, CancellationToken cancellationToken)
    {
        var options = new EmbeddedStoreOptions { Folder = Path.Combine(data, "index") };
        using var store = new EmbeddedVectorStore(
            database.DataSource,
            options,
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedVectorStore>.Instance
        );
        for (var first = 0; first < chunks; first += Batch)
        {
            var points = new List<IndexPoint>();
            await using var connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
            var count = Math.Min(Batch, chunks - first);
            await AddDocumentsAsync(connection, project, first / ChunksPerDocument, count / ChunksPerDocument, cancellationToken);
            await using (
                var copy = await connection.BeginBinaryImportAsync(
                    "COPY chunks (document_id, generation, ordinal, id, project_id, text, spans, heading_path, token_count, is_references) FROM STDIN (FORMAT binary)",
                    cancellationToken
                )
            )
            {
                for (var i = first; i < first + count; i++)
                {
                    points.Add(await WriteChunkAsync(copy, project, i, cancellationToken));
                }

                await copy.CompleteAsync(cancellationToken);
            }

            await store.WriteAsync(project, points, cancellationToken);
        }

        await using var publish = database.DataSource.CreateCommand(
            string.Create(
                CultureInfo.InvariantCulture,
                $"UPDATE projects SET index_version = index_version + 1 WHERE id = {project}; ANALYZE"
            )
        );
        await publish.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<IndexPoint> WriteChunkAsync(NpgsqlBinaryImporter copy, long project, int number, CancellationToken cancellationToken)
    {
        var document = DocumentOf(number / ChunksPerDocument);
        var ordinal = number % ChunksPerDocument;
        var ranks = Enumerable.Range(0, WordsPerChunk).Select(_ => Rank(least: 0)).ToArray();
        var id = Uuid5.ForPoint(document, document, ordinal);
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(document, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(document, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(ordinal, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(id, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(project, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(Text(ranks), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(Array.Empty<int>(), NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(Array.Empty<string>(), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(WordsPerChunk, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(false, NpgsqlDbType.Boolean, cancellationToken);
        var counts = ranks.Select(rank => _terms[rank]).CountBy(term => term).OrderBy(pair => pair.Key).ToList();
        var sparse = new SparseVector([.. counts.Select(p => p.Key)], [.. counts.Select(p => p.Value)], WordsPerChunk);
        var dense = SearchBench.Vector(_random, _centres[0].Length, _centres[_random.Next(_centres.Length)]);
        return new IndexPoint(id, document, document, ordinal, dense, sparse);
    }

    private static async Task AddDocumentsAsync(
        NpgsqlConnection connection,
        long project,
        int first,
        int count,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            WITH added AS (
                INSERT INTO items (id, project_id, source_key, zotero_key, library, type, title, abstract, creators, author_keys, date, years, url,
                                   doi, language, publication_title, tags, collections)
                SELECT id, $1, id::text, '', '', 'journalArticle', 'A paper ' || id, '', '[]', '{doe}', '2020', '{2020}', '', '', 'en', 'A journal', '{}', '{}'
                FROM unnest($2) id
                RETURNING id)
            INSERT INTO documents (id, project_id, item_id, kind, source_key, file_name, source_path, attachment_title, content_type, file_length,
                                   state, stage, generation, page_count, needs_ocr_pages, chunk_count, language, created_at, updated_at)
            SELECT id, $1, id, 2, id::text, '', '', '', '', 0, 2, 4, id, 0, 0, 20, 'en', now(), now() FROM added
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new() { Value = project });
        command.Parameters.Add(new() { Value = Enumerable.Range(first, count).Select(DocumentOf).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private string Text(int[] ranks)
    {
        var text = new StringBuilder();
        for (var i = 0; i < ranks.Length; i++)
        {
            text.Append(_words[ranks[i]]).Append(i % 18 == 17 ? ". " : " ");
        }

        return text.ToString();
    }

    /// <summary>Zipf by an exponential of a uniform rank.</summary>
    private int Rank(double least) => (int)Math.Pow(Vocabulary, least + (_random.NextDouble() * (1 - least))) - 1;

    /// <summary>The rarer the longer, as in languages.</summary>
    private static string Word(int number)
    {
        var word = new StringBuilder();
        for (var left = number + s_syllables.Length; left > 0; left /= s_syllables.Length)
        {
            word.Append(s_syllables[left % s_syllables.Length]);
        }

        return word.ToString();
    }

    private static Guid DocumentOf(int number) => Uuid5.Create(Uuid5.RagPyNamespace, number.ToString(CultureInfo.InvariantCulture));
}
