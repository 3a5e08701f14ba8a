using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Indexing;

namespace RagPy.Core.Search.Evaluation;

/// <summary>
/// Measures retrieval on a judged collection, through the same analysers, encoder, store and fusion that search uses, in a project that is thrown
/// away at the end.
/// </summary>
public sealed class EvaluationRunner(NpgsqlDataSource dataSource, IVectorStore store, IEmbedderRegistry embedders, TimeProvider time)
{
    private const int Depth = 100;
    private const int CutOff = 10;
    private const int ReportEvery = 50;

    private readonly SearchService _search = new(dataSource, store, embedders);
    private readonly SparseEncoder _encoder = new();

    /// <summary>Indexes the collection, runs its judged queries one after the other and removes everything again, also on failure.</summary>
    /// <param name="beirDirectory">Folder with <c>corpus.jsonl</c>, <c>queries.jsonl</c> and <c>qrels/test.tsv</c>.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <exception cref="EvaluationException">The collection cannot be read, or none of its queries has judgements.</exception>
    public async Task<EvaluationResult> RunAsync(
        string beirDirectory,
        SearchMode mode,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var collection = new BeirReader(beirDirectory);
        var texts = await collection.ReadQueriesAsync(cancellationToken).ConfigureAwait(false);
        var judged = (await collection.ReadJudgementsAsync(cancellationToken).ConfigureAwait(false))
            .Where(j => texts.ContainsKey(j.Query))
            .ToList();
        if (judged.Count == 0)
        {
            throw new EvaluationException($"None of the queries of '{collection.Name}' has judgements.");
        }

        var embedder = embedders.Default;
        var project = await EvaluationProject
            .CreateAsync(dataSource, store, embedder.Id, embedder.Dimension, time.GetUtcNow(), cancellationToken)
            .ConfigureAwait(false);
        await using (project.ConfigureAwait(false))
        {
            var start = time.GetTimestamp();
            var indexer = new EvaluationIndexer(store, embedders, mode == SearchMode.Sparse ? null : embedder.Id, time);
            var names = await indexer
                .IndexAsync(project, collection.ReadDocumentsAsync(cancellationToken), progress, cancellationToken)
                .ConfigureAwait(false);
            var indexSeconds = time.GetElapsedTime(start).TotalSeconds;

            var (sums, times) = (new double[3], new List<double>());
            foreach (var (query, relevant) in judged)
            {
                start = time.GetTimestamp();
                var ranking = await RankAsync(project.Id, texts[query], mode, embedder, names, cancellationToken).ConfigureAwait(false);
                times.Add(time.GetElapsedTime(start).TotalMilliseconds);
                sums[0] += RankingMetrics.Ndcg(ranking, relevant, CutOff);
                sums[1] += RankingMetrics.Recall(ranking, relevant, Depth);
                sums[2] += RankingMetrics.ReciprocalRank(ranking, relevant, CutOff);
                if (times.Count % ReportEvery == 0 || times.Count == judged.Count)
                {
                    progress?.Report(new EvaluationProgress("search", times.Count, judged.Count));
                }
            }

            var name = mode.ToString().ToLowerInvariant();
            var means = Array.ConvertAll(sums, s => Math.Round(s / judged.Count, 4));
            return new EvaluationResult(
                collection.Name,
                name,
                names.Count,
                judged.Count,
                means[0],
                means[1],
                means[2],
                Math.Round(indexSeconds, 2),
                new QueryTimes(Percentile(times, 0.5), Percentile(times, 0.95))
            );
        }
    }

    /// <summary>The best hundred documents, each by its best chunk; ties by id.</summary>
    private async Task<IReadOnlyList<string>> RankAsync(
        long projectId,
        string text,
        SearchMode mode,
        EmbedderInfo embedder,
        IReadOnlyDictionary<Guid, string> names,
        CancellationToken cancellationToken
    )
    {
        ReadOnlyMemory<float>? dense =
            mode == SearchMode.Sparse ? null : await _search.EmbedAsync(embedder.Id, text, cancellationToken).ConfigureAwait(false);
        var sparse = mode == SearchMode.Dense ? null : _encoder.EncodeQuery(text);
        for (var top = Fusion.Window; ; top *= 4)
        {
            var answer = await store
                .QueryAsync(new StoreQuery(projectId, dense, sparse, top, null), cancellationToken)
                .ConfigureAwait(false);
            var best = Fusion
                .Rank(answer, mode, FusionMethod.MinMax, embedder.HybridWeight)
                .DistinctBy(h => h.Point.DocumentId)
                .OrderByDescending(h => h.Score)
                .ThenBy(h => names[h.Point.DocumentId], StringComparer.Ordinal)
                .Take(Depth)
                .Select(h => names[h.Point.DocumentId])
                .ToList();
            if (best.Count == Depth || (answer.Dense.Count < top && answer.Sparse.Count < top))
            {
                return best;
            }
        }
    }

    /// <summary>Nearest-rank percentile in milliseconds, to the hundredth.</summary>
    private static double Percentile(List<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)], 2);
    }
}
