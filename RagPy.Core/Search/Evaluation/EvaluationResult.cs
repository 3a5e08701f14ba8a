using System.Text.Json.Serialization;

namespace RagPy.Core.Search.Evaluation;

/// <summary>Outcome of an evaluation; its JSON form is what the command line prints.</summary>
/// <param name="Collection">Name of the folder.</param>
/// <param name="Mode"><c>hybrid</c>, <c>dense</c> or <c>sparse</c>.</param>
/// <param name="Documents">Documents in the collection.</param>
/// <param name="Queries">Queries that have judgements; the others are skipped, as BEIR does.</param>
/// <param name="Ndcg10">Mean normalised discounted cumulative gain of the first ten, relevance being grade &gt; 0 (Järvelin and Kekäläinen 2002).</param>
/// <param name="Recall100">Mean share of the relevant documents among the first hundred.</param>
/// <param name="Mrr10">Mean reciprocal rank of the first relevant document among the first ten.</param>
/// <param name="IndexSeconds">Time to analyse, embed and write the collection.</param>
public sealed record EvaluationResult(
    [property: JsonPropertyName("collection")] string Collection,
    [property: JsonPropertyName("mode")] string Mode,
    [property: JsonPropertyName("documents")] int Documents,
    [property: JsonPropertyName("queries")] int Queries,
    [property: JsonPropertyName("ndcg@10")] double Ndcg10,
    [property: JsonPropertyName("recall@100")] double Recall100,
    [property: JsonPropertyName("mrr@10")] double Mrr10,
    [property: JsonPropertyName("index_seconds")] double IndexSeconds,
    [property: JsonPropertyName("query_ms")] QueryTimes QueryMilliseconds
);
