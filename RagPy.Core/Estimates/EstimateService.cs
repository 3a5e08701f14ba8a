using System.Globalization;
using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Providers;
using RagPy.Core.Sources;

namespace RagPy.Core.Estimates;

/// <summary>Says what a run will have to do and what it may cost, before it is begun. Opens the source, but neither extracts nor stores anything.</summary>
public sealed class EstimateService
{
    private const int BatchSize = 500;
    private const long BatchBytes = 64L << 20;

    private readonly NpgsqlDataSource _dataSource;
    private readonly ProjectAccess _access;
    private readonly SourceAccess _sources;
    private readonly KnownDocuments _known;
    private readonly IEmbedderRegistry _embedders;
    private readonly PriceTable _prices;
    private readonly ChunkSettings _chunks;
    private readonly TokenCounter _counter;

    internal EstimateService(
        NpgsqlDataSource dataSource,
        ProjectAccess access,
        SourceAccess sources,
        IEmbedderRegistry embedders,
        PriceTable prices,
        ChunkSettings chunks,
        TokenCounter counter
    )
    {
        (_dataSource, _access, _sources, _embedders, _prices) = (dataSource, access, sources, embedders, prices);
        (_chunks, _counter) = (chunks, counter);
        _known = new KnownDocuments(dataSource);
    }

    /// <summary>Estimates a run of a session.</summary>
    /// <exception cref="NotFoundException">No such session for this person.</exception>
    /// <exception cref="NoSourceException">Nothing was brought into it.</exception>
    /// <exception cref="SourceException">Its source cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The project's embedder is not configured here.</exception>
    public async Task<RunEstimate> OfSessionAsync(long personId, long sessionId, CancellationToken cancellationToken)
    {
        var session = await _access.RequireSessionAsync(personId, sessionId, ProjectRole.Viewer, cancellationToken);
        if (Storage.EmptyLocation.Is(session.SourceLocation))
        {
            throw new NoSourceException();
        }

        const string sql = """
            SELECT p.embedder, s.settings ->> 'vectors_of' FROM sessions s JOIN projects p ON p.id = s.project_id WHERE s.id = $1
            """;
        string embedder;
        string? vectorsOf;
        await using (var command = Sql.Command(_dataSource, sql, sessionId))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            embedder = reader.GetString(0);
            vectorsOf = await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetString(1);
        }

        return await EstimateAsync(session.ProjectId, session.SourceLocation, embedder, vectorsOf, cancellationToken);
    }

    /// <summary>Estimates bringing in a source of this machine.</summary>
    /// <param name="project">Null when it is to be made: then nothing is known of the documents.</param>
    /// <param name="embedderId">Another embedder than the project's; null for the project's, or the default of new ones.</param>
    /// <param name="vectorsOf">Which model made the vectors that come with the source; null when nobody says.</param>
    /// <exception cref="SourceException">The source cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The embedder is not configured here; the message says what to set.</exception>
    public Task<RunEstimate> OfSourceAsync(
        Project? project,
        string location,
        string? embedderId,
        string? vectorsOf,
        CancellationToken cancellationToken
    ) =>
        EstimateAsync(
            project?.Id,
            Path.GetFullPath(location),
            embedderId ?? project?.Embedder ?? _embedders.Default.Id,
            vectorsOf,
            cancellationToken
        );

    /// <summary>Whether embedding costs nothing in a project: its embedder is the offline one, or has a price of zero.</summary>
    public async Task<bool> IsFreeAsync(long projectId, CancellationToken cancellationToken)
    {
        await using var command = Sql.Command(_dataSource, "SELECT embedder FROM projects WHERE id = $1", projectId);
        return await command.ExecuteScalarAsync(cancellationToken) is string id
            && (id == OfflineEmbeddingGenerator.Info.Id || PriceOf(id) is { Input: 0 });
    }

    private async Task<RunEstimate> EstimateAsync(
        long? projectId,
        string location,
        string embedderId,
        string? vectorsOf,
        CancellationToken cancellationToken
    )
    {
        var embedder = _embedders.Describe(embedderId);
        var tally = new SourceTally(embedder, _chunks, _counter);
        var vectors = new SourceVectors(vectorsOf, embedder.Id, embedder.Dimension);
        await using var opened = await _sources.OpenAsync(projectId ?? 0, location, vectors, cancellationToken);
        var seen = new HashSet<Guid>();
        await foreach (var batch in BatchesAsync(opened.Source, cancellationToken))
        {
            var documents = batch
                .Select(d => (Id: ReadBatchWriter.DocumentIdOf(projectId ?? 0, d), Document: d))
                .Where(d => seen.Add(d.Id))
                .ToList();
            var known = projectId is null ? [] : await _known.ReadAsync([.. documents.Select(d => d.Id)], cancellationToken);
            foreach (var (id, document) in documents)
            {
                await AddAsync(tally, projectId, embedder, id, document, known.GetValueOrDefault(id), cancellationToken);
            }
        }

        return Result(tally, embedder);
    }

    private async Task AddAsync(
        SourceTally tally,
        long? projectId,
        EmbedderInfo embedder,
        Guid id,
        SourceDocument document,
        KnownWork? known,
        CancellationToken cancellationToken
    )
    {
        tally.Documents++;
        var isSame = known is not null && (document.File is null || document.File.Length is null || document.File.Length == known.Length);
        if (document.Failure is not null)
        {
            tally.Unusable++;
            tally.AddAbstract(document.Item, isCertain: false);
        }
        else if (isSame && known!.IsDone && known.Embedder == embedder.Id)
        {
            tally.Done++;
        }
        else if (document.File is null)
        {
            tally.AddAbstract(document.Item, isCertain: true);
        }
        else if (isSame && known!.Generation is { } generation)
        {
            var hasVectors = known.Embedder == embedder.Id;
            var passages = await _known.ReadPassagesAsync(
                projectId!.Value,
                id,
                generation,
                hasVectors,
                embedder,
                tally.Count,
                cancellationToken
            );
            tally.AddExact(document.File.Length, document.File.ContentType == "application/pdf" ? known.Pages : null, passages);
        }
        else
        {
            await tally.AddFileAsync(document, cancellationToken);
        }
    }

    private static async IAsyncEnumerable<List<SourceDocument>> BatchesAsync(
        ISource source,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var batch = new List<SourceDocument>();
        long bytes = 0;
        await foreach (var document in source.ReadAsync(cancellationToken))
        {
            batch.Add(document);
            bytes += document.File?.Length ?? 0;
            if (batch.Count == BatchSize || bytes >= BatchBytes)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }
        }

        yield return batch;
    }

    private RunEstimate Result(SourceTally tally, EmbedderInfo embedder)
    {
        var (cost, price) = CostOf(tally, embedder);

        return new RunEstimate(
            tally.Documents,
            tally.Done,
            tally.Unusable,
            tally.Files,
            tally.Bytes,
            tally.Pages,
            tally.Passages,
            tally.Tokens,
            tally.Bought,
            embedder.Id,
            cost,
            [.. tally.Basis(), price]
        );
    }

    private (CostRange? Cost, string Basis) CostOf(SourceTally tally, EmbedderInfo embedder)
    {
        if (embedder.Id == OfflineEmbeddingGenerator.Info.Id)
        {
            return (new CostRange(0, 0), "The offline embedder costs nothing.");
        }

        var price = PriceOf(embedder.Id);
        return price is null
            ? (null, $"The price table has no price for {embedder.Id} (RAGPY_PRICES): the cost is not known.")
            : (
                new CostRange(price.Of(tally.Tokens.Low, 0, 0), price.Of(tally.Tokens.High, 0, 0)),
                string.Create(CultureInfo.InvariantCulture, $"{embedder.Id} is priced at ${price.Input:0.####} a million tokens.")
            );
    }

    private Price? PriceOf(string embedder) => EmbedderName.TryParse(embedder) is { } name ? _prices.Find(name.Provider, name.Model) : null;
}
