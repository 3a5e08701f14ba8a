using System.CommandLine;
using System.Text.Json;
using RagPy.Core.Search;
using RagPy.Core.Search.Evaluation;

namespace RagPy.Ingestion.Commands;

/// <summary><c>eval DIR</c>: retrieval quality on a collection in BEIR layout.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("directory")
        {
            Description = "Folder with corpus.jsonl, queries.jsonl and qrels/test.tsv.",
        };
        var mode = CommonOptions.Mode();
        var json = CommonOptions.Json();
        var command = new Command("eval", "Measure retrieval on a collection in BEIR layout.") { directory, mode, json };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(directory)!, parsed.GetValue(mode), parsed.GetValue(json), cancellationToken)
        );

        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo directory, SearchMode mode, bool json, CancellationToken cancellationToken)
    {
        await using var host = await CommandHost.OpenAsync(cancellationToken);
        var result = await host.Get<EvaluationRunner>().RunAsync(directory.FullName, mode, progress: null, cancellationToken);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOutput.Options));
        }
        else
        {
            Console.Out.WriteLine(
                $"{result.Collection}, {mode.ToString().ToLowerInvariant()}: {result.Documents} documents, {result.Queries} queries"
            );
            Console.Out.WriteLine($"nDCG@10 {result.Ndcg10:0.0000}  recall@100 {result.Recall100:0.0000}  MRR@10 {result.Mrr10:0.0000}");
            Console.Out.WriteLine(
                $"indexed in {result.IndexSeconds:0.0} s; a query takes {result.QueryMilliseconds.P50:0.0} ms (p95 {result.QueryMilliseconds.P95:0.0} ms)"
            );
        }

        return ExitCode.Success;
    }
}
