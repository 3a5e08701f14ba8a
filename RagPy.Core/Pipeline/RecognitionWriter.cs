using Npgsql;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;

namespace RagPy.Core.Pipeline;

/// <summary>Makes an extraction of a document's text layer and its recognised pages. Part of the caller's transaction; pages come from the store a few at a time.</summary>
internal sealed class RecognitionWriter(NpgsqlDataSource dataSource, ExtractionWriter extractions)
{
    private const int PagesAtOnce = 50;

    /// <summary>The extraction that was to be built upon, where there is nothing to add.</summary>
    public async Task<StoredExtraction> KeepAsync(
        NpgsqlConnection connection,
        RecognitionInput input,
        CancellationToken cancellationToken
    ) => await extractions.FindAsync(connection, input.Base with { Options = input.FromOptions }, cancellationToken) ?? throw Removed();

    /// <summary>Writes the extraction, or finds the same one.</summary>
    public async Task<StoredExtraction> WriteAsync(
        NpgsqlConnection connection,
        RecognitionInput input,
        RecognitionOutcome outcome,
        bool readsAll,
        CancellationToken cancellationToken
    )
    {
        var unread = input.Structure.NeedsOcrPages.Where(page => !outcome.Read.ContainsKey(page)).ToList();
        var engines = outcome.Read.Values.Select(read => $"{read.Engine} {read.Version}").Distinct().ToList();
        var isWorthRetry = unread.Exists(page => outcome.Unread.TryGetValue(page, out var why) && Retries.IsWorthwhile(why.Code));
        var mark = RecognitionMark.Of(readsAll, [.. engines, .. RecognitionMark.EnginesOf(input.FromOptions)], unread, isWorthRetry);
        var key = input.Base with { Options = mark };
        if (await extractions.FindAsync(connection, key, cancellationToken) is { } made)
        {
            return made;
        }

        if (await extractions.ReserveAsync(connection, key, cancellationToken) is not { } id)
        {
            return await extractions.FindAsync(connection, key, cancellationToken) ?? throw Removed();
        }

        var sizes = await TakeOverAsync(connection, id, input.From, [.. outcome.Read.Keys], cancellationToken);
        var regions = await CopyReadAsync(connection, id, input, outcome, sizes, cancellationToken);
        var structure = input.Structure with
        {
            Regions = [.. regions.OrderBy(region => region.PageIndex).ThenBy(region => region.Start)],
            NeedsOcrPages = unread,
            Unread = Reasons(unread, outcome),
        };
        await ExtractionWriter.CompleteAsync(connection, id, structure, unread.Count, cancellationToken);
        return await extractions.FindAsync(connection, key, cancellationToken) ?? throw Removed();
    }

    private static TransientFailureException Removed() =>
        new(new Failure(FailureCode.Internal, "What was read of the same file was removed meanwhile."));

    /// <summary>Copies the pages that stay as they are, and gives labels and sizes of those that do not.</summary>
    private static async Task<Dictionary<int, (string? Label, float Width, float Height)>> TakeOverAsync(
        NpgsqlConnection connection,
        long id,
        long from,
        int[] read,
        CancellationToken cancellationToken
    )
    {
        const string copy = """
            INSERT INTO pages (extraction_id, page_index, label, engine, text, width, height, geometry, needs_ocr)
            SELECT $1, page_index, label, engine, text, width, height, geometry, needs_ocr FROM pages
            WHERE extraction_id = $2 AND NOT (page_index = ANY($3))
            """;
        await Sql.ExecuteAsync(connection, copy, [id, from, read], cancellationToken);
        const string sizes = "SELECT page_index, label, width, height FROM pages WHERE extraction_id = $1 AND page_index = ANY($2)";
        await using var command = Sql.Command(connection, sizes, from, read);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<int, (string?, float, float)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var label = await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1);
            found[reader.GetInt32(0)] = (label, reader.GetFloat(2), reader.GetFloat(3));
        }

        return found;
    }

    private async Task<List<TextRegion>> CopyReadAsync(
        NpgsqlConnection connection,
        long id,
        RecognitionInput input,
        RecognitionOutcome outcome,
        Dictionary<int, (string? Label, float Width, float Height)> sizes,
        CancellationToken cancellationToken
    )
    {
        var regions = input.Structure.Regions.Where(region => !outcome.Read.ContainsKey(region.PageIndex)).ToList();
        var references = new ReferenceTrail();
        await using var importer = await connection.BeginBinaryImportAsync(ExtractionWriter.CopyPages, cancellationToken);
        foreach (var group in outcome.Read.Chunk(PagesAtOnce))
        {
            Guid[] keys = [.. group.Select(read => read.Value.Key)];
            var stored = await BoughtResults.FindAsync(dataSource, input.Base.ProjectId, keys, cancellationToken);
            foreach (var (index, read) in group)
            {
                // Gone only with the document that it was read for; then it is read again.
                var value = stored.GetValueOrDefault(read.Key) ?? throw Removed();
                var page = RecognizedPages.Decode(value);
                var (label, width, height) = sizes[index];
                var written = new ExtractedPage(index, label, read.Engine, page.Text, width, height, page.Geometry, NeedsOcr: false);
                await ExtractionWriter.WritePageAsync(importer, id, written, cancellationToken);
                regions.AddRange(references.Mark(page));
            }
        }

        await importer.CompleteAsync(cancellationToken);
        return regions;
    }

    private static List<UnreadPages> Reasons(List<int> unread, RecognitionOutcome outcome) =>
        [
            .. unread
                .Where(outcome.Unread.ContainsKey)
                .GroupBy(page => outcome.Unread[page])
                .Select(group => new UnreadPages([.. group], group.Key.Code.ToWire(), group.Key.Reason)),
        ];
}
