using Npgsql;
using RagPy.Core.Chunking;
using RagPy.Core.Embedding;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Settings;
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
    private readonly EstimateCosts _costs;
    private readonly RecognitionEngines _recognition;
    private readonly Extractors _extractors;
    private readonly RagPySettings _settings;
    private readonly ChunkSettings _chunks;
    private readonly TokenCounter _counter;

    internal EstimateService(
        NpgsqlDataSource dataSource,
        ProjectAccess access,
        SourceAccess sources,
        IEmbedderRegistry embedders,
        EstimateCosts costs,
        RecognitionEngines recognition,
        Extractors extractors,
        RagPySettings settings,
        ChunkSettings chunks,
        TokenCounter counter
    )
    {
        (_dataSource, _access, _sources, _embedders, _costs) = (dataSource, access, sources, embedders, costs);
        (_recognition, _extractors, _settings) = (recognition, extractors, settings);
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
            SELECT p.embedder, p.clean_up, p.recognition, p.recognition_pages, s.settings ->> 'vectors_of'
            FROM sessions s JOIN projects p ON p.id = s.project_id WHERE s.id = $1
            """;
        await using var command = Sql.Command(_dataSource, sql, sessionId);
        var chosen = await ReadAsync(command, cancellationToken) ?? throw new NotFoundException("session", sessionId);
        return await EstimateAsync(session.ProjectId, sessionId, session.SourceLocation, chosen, cancellationToken);
    }

    /// <summary>Estimates bringing in a source of this machine.</summary>
    /// <param name="project">Null when it is to be made: then nothing is known of the documents.</param>
    /// <param name="embedderId">Another embedder than the project's; null for the project's, or the default of new ones.</param>
    /// <param name="vectorsOf">Which model made the vectors that come with the source; null when nobody says.</param>
    /// <exception cref="SourceException">The source cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The embedder is not configured here; the message says what to set.</exception>
    public async Task<RunEstimate> OfSourceAsync(
        Project? project,
        string location,
        string? embedderId,
        string? vectorsOf,
        CancellationToken cancellationToken
    )
    {
        var path = Path.GetFullPath(location);
        var plan = await _recognition.PlanAsync(project?.Recognition, project?.RecognitionPages, cancellationToken);
        var chosen = new EstimateChoices(
            _embedders.Describe(embedderId ?? project?.Embedder ?? _embedders.Default.Id),
            project?.CleanUp ?? _settings.DefaultCleanUp,
            plan,
            vectorsOf
        );
        var session = project is null ? null : await FindSessionAsync(project.Id, path, cancellationToken);
        return await EstimateAsync(project?.Id, session, path, chosen, cancellationToken);
    }

    /// <summary>Whether nothing that a project chose can cost anything: neither its embedder nor its clean-up, nor what reads its pages without text.</summary>
    public async Task<bool> IsFreeAsync(long projectId, CancellationToken cancellationToken)
    {
        const string sql = "SELECT embedder, clean_up, recognition, recognition_pages, NULL::text FROM projects WHERE id = $1";
        await using var command = Sql.Command(_dataSource, sql, projectId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return false;
        }

        var (embedder, cleanUp, plan, _) = await ReadRowAsync(reader, cancellationToken);
        return _costs.IsFree(embedder, cleanUp, plan);
    }

    private async Task<EstimateChoices?> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        var (embedder, cleanUp, plan, vectorsOf) = await ReadRowAsync(reader, cancellationToken);
        return new EstimateChoices(_embedders.Describe(embedder), cleanUp, plan, vectorsOf);
    }

    private async Task<(string Embedder, string CleanUp, RecognitionPlan Recognition, string? VectorsOf)> ReadRowAsync(
        NpgsqlDataReader reader,
        CancellationToken cancellationToken
    )
    {
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        return (reader.GetString(0), reader.GetString(1), await _recognition.PlanAsync(Text(2), Text(3), cancellationToken), Text(4));
    }

    private async Task<long?> FindSessionAsync(long projectId, string location, CancellationToken cancellationToken)
    {
        const string sql = "SELECT id FROM sessions WHERE project_id = $1 AND source_location = $2";
        await using var command = Sql.Command(_dataSource, sql, projectId, location);
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    private async Task<RunEstimate> EstimateAsync(
        long? projectId,
        long? sessionId,
        string location,
        EstimateChoices chosen,
        CancellationToken cancellationToken
    )
    {
        var tally = new SourceTally(chosen, _extractors, _chunks, _counter);
        var vectors = new SourceVectors(chosen.VectorsOf, chosen.Embedder.Id, chosen.Embedder.Dimension);
        var counted = await CountedFiles.ReadAsync(_dataSource, sessionId, cancellationToken);
        await using var opened = await _sources.OpenAsync(projectId ?? 0, sessionId, location, vectors, cancellationToken, counted);
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
                await AddAsync(tally, projectId, chosen, id, document, known.GetValueOrDefault(id), counted, cancellationToken);
            }

            await counted.SaveAsync(cancellationToken);
        }

        await counted.ForgetOthersAsync(cancellationToken);
        tally.Close();
        return Result(tally, chosen);
    }

    private async Task AddAsync(
        SourceTally tally,
        long? projectId,
        EstimateChoices chosen,
        Guid id,
        SourceDocument document,
        KnownWork? known,
        CountedFiles counted,
        CancellationToken cancellationToken
    )
    {
        tally.Documents++;
        var isSame = known is not null && (document.File is null || document.File.Length is null || document.File.Length == known.Length);
        var toRead = isSame ? known!.PagesToRead(chosen.Recognition) : 0;
        if (document.Failure is not null)
        {
            tally.Unusable++;
            tally.AddAbstract(document.Item, isCertain: false);
        }
        else if (isSame && known!.IsDone && known.Embedder == chosen.Embedder.Id && toRead == 0)
        {
            tally.Done++;
        }
        else if (document.File is null)
        {
            tally.AddAbstract(document.Item, isCertain: true);
        }
        else if (isSame && known!.Generation is { } generation)
        {
            var hasVectors = known.Embedder == chosen.Embedder.Id;
            var passages = await _known.ReadPassagesAsync(
                projectId!.Value,
                id,
                generation,
                hasVectors,
                chosen.Embedder,
                tally.Count,
                cancellationToken
            );
            tally.AddExact(document, known.Pages, toRead, passages);
        }
        else if (isSame && known!.Pages is { } pages && _extractors.HasPages(document.File.ContentType))
        {
            tally.AddExtracted(document, pages, known.Unread, toRead);
        }
        else
        {
            await tally.AddFileAsync(document, counted, cancellationToken);
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

    private RunEstimate Result(SourceTally tally, EstimateChoices chosen)
    {
        var (cost, price) = _costs.OfEmbedding(tally.Tokens, chosen.Embedder.Id);
        var (recognition, pagePrice) = _costs.OfRecognition(tally.Recognized, chosen.Recognition);
        var (cleanUp, chatPrice) = _costs.OfCleanUp(tally.Cleaned, tally.CleanedTokens, chosen.CleanUp);
        var total =
            cost is null || recognition.Cost is null || cleanUp is { Cost: null }
                ? null
                : cost + recognition.Cost + (cleanUp?.Cost ?? CostRange.Zero);
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
            chosen.Embedder.Id,
            cost,
            recognition,
            cleanUp,
            total,
            [.. tally.Basis(), .. new[] { pagePrice, chatPrice }.OfType<string>(), price]
        );
    }
}
