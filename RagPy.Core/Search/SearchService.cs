using Microsoft.Extensions.AI;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using RagPy.Core.Providers;

namespace RagPy.Core.Search;

/// <summary>Answers queries over one project with passages and citations. Whether the caller may see the project is checked before.</summary>
public sealed class SearchService(NpgsqlDataSource dataSource, IVectorStore store, IEmbedderRegistry embedders)
{
    /// <summary>Times that a search is repeated because documents were replaced between finding and reading them.</summary>
    private const int MaxRepeats = 3;

    private readonly TextAnalyzerPool _analyzers = new();
    private readonly SearchFilter _filter = new(dataSource);
    private readonly PointHydrator _hydrator = new(dataSource);
    private readonly ProjectEmbedders _embedders = new(dataSource);

    /// <summary>Searches a project.</summary>
    /// <exception cref="ArgumentException">The query is blank, or <see cref="SearchRequest.Top"/> is out of range.</exception>
    /// <exception cref="ProjectNotFoundException">There is no such project.</exception>
    /// <exception cref="InvalidOperationException">The project's embedder is not configured here; the message says what to set.</exception>
    public async Task<SearchResponse> SearchAsync(long projectId, SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Query);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Top, SearchRequest.MaxTop);

        return await SearchTelemetry
            .ObserveAsync(projectId, request, () => AnswerAsync(projectId, request, cancellationToken))
            .ConfigureAwait(false);
    }

    private async Task<SearchResponse> AnswerAsync(long projectId, SearchRequest request, CancellationToken cancellationToken)
    {
        var parts = await _embedders.ReadAsync(projectId, cancellationToken).ConfigureAwait(false);
        var embedder = request.Mode == SearchMode.Sparse ? null : embedders.Describe(parts[0].Embedder);
        var isMixed = parts.Count > 1 && embedder is not null;
        var query = new StoreQuery(
            projectId,
            embedder is null || isMixed ? null : await EmbedAsync(embedder.Id, request.Query, cancellationToken).ConfigureAwait(false),
            request.Mode == SearchMode.Dense ? null : new SparseEncoder(_analyzers).EncodeQuery(request.Query),
            Fusion.Window,
            await _filter.ResolveAsync(projectId, request, cancellationToken).ConfigureAwait(false)
        );
        var vectors = isMixed ? await EmbedAsync(parts, request.Query, cancellationToken).ConfigureAwait(false) : [];

        var verbatim = VerbatimQuery.Create(request.Query);
        var looked = verbatim is null ? request : request with { Top = Math.Max(request.Top, VerbatimQuery.Depth) };
        var found = await FindAsync(query, vectors, looked, embedder?.HybridWeight ?? 0, cancellationToken).ConfigureAwait(false);
        var reader = new PassageReader(new TermMatcher(_analyzers, request.Query), verbatim);
        var approximate = embedder is not null && parts.Any(p => embedders.IsApproximate(p.Embedder));
        return new SearchResponse(
            request.Query,
            request.Mode,
            embedder?.Id ?? "",
            approximate,
            [
                .. (verbatim?.Promote(found) ?? found)
                    .Take(request.Top)
                    .Select(f => ToHit(f.Hit, f.Point, reader, approximate && f.Hit.Dense is not null)),
            ]
        );
    }

    /// <summary>One passage as a search shows it: with its citation, and marked for a query. Nothing is ranked, so its score is 0.</summary>
    /// <param name="ordinal">0-based number of the passage in its document.</param>
    /// <param name="query">Words or a question; not blank.</param>
    /// <returns>Null when the document has no such passage, or has it no longer.</returns>
    public async Task<SearchHit?> FindPassageAsync(
        long projectId,
        Guid documentId,
        int ordinal,
        string query,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        await using var command = dataSource.CreateCommand("SELECT generation FROM documents WHERE id = $1 AND project_id = $2");
        command.Parameters.Add(new() { Value = documentId });
        command.Parameters.Add(new() { Value = projectId });
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not Guid generation)
        {
            return null;
        }

        var place = new PointHit(documentId, generation, ordinal, 0);
        var points = await _hydrator.ReadAsync(projectId, [place], cancellationToken).ConfigureAwait(false);
        return points.TryGetValue((documentId, ordinal), out var point)
            ? ToHit(
                new FusedHit(place, 0, null, null),
                point,
                new PassageReader(new TermMatcher(_analyzers, query), VerbatimQuery.Create(query)),
                approximate: false
            )
            : null;
    }

    /// <summary>The vector a query is compared by, of unit length.</summary>
    internal async Task<ReadOnlyMemory<float>> EmbedAsync(string embedderId, string query, CancellationToken cancellationToken)
    {
        var embeddings = await embedders
            .Get(embedderId)
            .GenerateAsync([query], new EmbeddingGenerationOptions { AdditionalProperties = ProviderCall.ForQuery() }, cancellationToken)
            .ConfigureAwait(false);
        return UnitVector.Of(embeddings[0].Vector.Span);
    }

    /// <summary>The query's vector for each embedder, with the documents that have vectors of that one.</summary>
    private async Task<IReadOnlyList<(ReadOnlyMemory<float> Vector, IReadOnlySet<Guid> Documents)>> EmbedAsync(
        IReadOnlyList<EmbedderPart> parts,
        string query,
        CancellationToken cancellationToken
    )
    {
        var vectors = new List<(ReadOnlyMemory<float>, IReadOnlySet<Guid>)>();
        foreach (var part in parts)
        {
            vectors.Add((await EmbedAsync(part.Embedder, query, cancellationToken).ConfigureAwait(false), part.Documents));
        }

        return vectors;
    }

    /// <summary>The wanted number of different passages: one of each file, however many items have it. Looks deeper while copies crowd others out.</summary>
    private async Task<IReadOnlyList<(FusedHit Hit, HydratedPoint Point)>> FindAsync(
        StoreQuery query,
        IReadOnlyList<(ReadOnlyMemory<float> Vector, IReadOnlySet<Guid> Documents)> vectors,
        SearchRequest request,
        double denseWeight,
        CancellationToken cancellationToken
    )
    {
        for (var repeat = 0; ; repeat++)
        {
            var answer =
                vectors.Count == 0
                    ? await store.QueryAsync(query, cancellationToken).ConfigureAwait(false)
                    : await MixedQuery.RunAsync(store, query, vectors, cancellationToken).ConfigureAwait(false);
            var ranked = Fusion.Rank(answer, request.Mode, request.Fusion, denseWeight);
            var (distinct, replaced) = await ReadDistinctAsync(query.ProjectId, ranked, request.Top, cancellationToken)
                .ConfigureAwait(false);
            var isFull = answer.Dense.Count == query.Top || answer.Sparse.Count == query.Top;
            if (replaced && repeat < MaxRepeats)
            {
                continue;
            }

            if (distinct.Count == request.Top || !isFull)
            {
                return distinct;
            }

            query = query with { Top = query.Top * 4 };
        }
    }

    private async Task<(IReadOnlyList<(FusedHit, HydratedPoint)> Distinct, bool Replaced)> ReadDistinctAsync(
        long projectId,
        IReadOnlyList<FusedHit> ranked,
        int top,
        CancellationToken cancellationToken
    )
    {
        var distinct = new List<(FusedHit, HydratedPoint)>();
        var seen = new HashSet<(string, int)>();
        var replaced = false;
        for (var next = 0; next < ranked.Count && distinct.Count < top; )
        {
            var page = ranked.Skip(next).Take(top).ToList();
            next += page.Count;
            var points = await _hydrator.ReadAsync(projectId, [.. page.Select(p => p.Point)], cancellationToken).ConfigureAwait(false);
            foreach (var hit in page)
            {
                if (!points.TryGetValue((hit.Point.DocumentId, hit.Point.Ordinal), out var point))
                {
                    replaced = true;
                }
                else if (distinct.Count < top && (point.FileHash is null || seen.Add((point.FileHash, point.Ordinal))))
                {
                    distinct.Add((hit, point));
                }
            }
        }

        return (distinct, replaced);
    }

    private static SearchHit ToHit(FusedHit hit, HydratedPoint point, PassageReader reader, bool approximate)
    {
        var matches = reader.Match(point);
        var quote = reader.Quote(point, matches);
        var cited = quote.Highlights.MaxBy(h => (h.End - h.Start, -h.PageIndex));
        var page = cited is null ? null : point.Pages.GetValueOrDefault(cited.PageIndex);
        var isSection = page?.IsSection ?? false;
        return new SearchHit
        {
            DocumentId = point.DocumentId,
            Ordinal = point.Ordinal,
            Score = hit.Score,
            DenseScore = hit.Dense,
            SparseScore = hit.Sparse,
            Title = point.Title,
            Creators = point.Creators,
            Year = point.Years.Length > 0 ? point.Years[0] : null,
            Date = point.Date,
            Type = point.Type,
            PublicationTitle = point.PublicationTitle,
            Url = point.Url,
            Doi = point.Doi,
            Language = point.Language,
            PageIndex = isSection ? null : cited?.PageIndex,
            PageLabel = isSection ? null : page?.Label,
            Section = isSection ? new CitedSection(cited!.PageIndex, page!.Label) : null,
            Passage = point.Text,
            CleanedPassage = point.CleanText,
            Marks = [.. matches.Select(m => new TextRange(m.Start, m.End))],
            Quote = quote,
            HeadingPath = point.HeadingPath,
            IsReferences = point.IsReferences,
            FilePath = point.FilePath,
            FileHash = point.FileHash,
            Items = [new ItemReference(point.ItemKey, point.Title, point.Library), .. point.SameFile.Where(i => i.Key != point.ItemKey)],
            Approximate = approximate,
        };
    }
}
