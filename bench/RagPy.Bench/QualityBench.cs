using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Indexing;
using RagPy.Core.Search;
using RagPy.Core.Search.Evaluation;

namespace RagPy.Bench;

/// <summary>Every mode on every given collection.</summary>
internal static class QualityBench
{
    public static async Task RunAsync(string[] folders, CancellationToken cancellationToken)
    {
        var index = Directory.CreateTempSubdirectory("ragpy-bench-").FullName;
        await using var database = await BenchDatabase.CreateAsync(cancellationToken);
        using var store = new EmbeddedVectorStore(
            database.DataSource,
            new EmbeddedStoreOptions { Folder = index },
            TimeProvider.System,
            NullLogger<EmbeddedVectorStore>.Instance
        );
        var runner = new EvaluationRunner(database.DataSource, store, new OfflineRegistry(), TimeProvider.System);
        Console.WriteLine("| collection | mode | documents | queries | nDCG@10 | recall@100 | MRR@10 | index s | query p50 ms | p95 ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var folder in folders)
        {
            foreach (var mode in (SearchMode[])[SearchMode.Sparse, SearchMode.Hybrid, SearchMode.Dense])
            {
                var r = await runner.RunAsync(folder, mode, null, cancellationToken);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {r.Collection} | {r.Mode} | {r.Documents} | {r.Queries} | {r.Ndcg10:F4} | {r.Recall100:F4} | {r.Mrr10:F4} | {r.IndexSeconds:F1} | {r.QueryMilliseconds.P50:F2} | {r.QueryMilliseconds.P95:F2} |"
                    )
                );
            }
        }

        Directory.Delete(index, recursive: true);
    }
}
