using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Bodies of requests to Weaviate and of its answers.</summary>
internal static class WeaviateJson
{
    /// <summary>Weaviate leaves out a factor of BM25 that is the same for all points; ours has it.</summary>
    private const double ScoreFactor = Bm25Weights.K1 + 1;

    /// <summary>Body of a batch of objects.</summary>
    public static void WriteObjects(IBufferWriter<byte> target, string tenant, IEnumerable<IndexPoint> points)
    {
        using var json = new Utf8JsonWriter(target, StoreJson.Unchecked);
        json.WriteStartObject();
        json.WriteStartArray("objects");
        foreach (var point in points)
        {
            json.WriteStartObject();
            json.WriteString("class", WeaviateClass.Name);
            json.WriteString("tenant", tenant);
            json.WriteString("id", point.Id);
            json.WriteStartObject("properties");
            json.WriteString(WeaviateClass.Document, point.DocumentId);
            json.WriteString(WeaviateClass.Generation, point.Generation);
            json.WriteNumber(WeaviateClass.Ordinal, point.Ordinal);
            json.WriteString(WeaviateClass.Terms, WeaviateTerms.Write(point.Sparse));
            json.WriteEndObject();
            if (point.Dense.Length > 0)
            {
                json.WriteStartObject("vectors");
                StoreJson.WriteFloats(json, WeaviateClass.VectorOf(point.Dense.Length), point.Dense.Span);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Objects of a batch that were not taken, with the reason: the answer to a batch is 200 whatever became of them.</summary>
    /// <exception cref="FormatException">The answer is not on all objects.</exception>
    public static List<(Guid Id, string Reason)> ReadFailures(JsonElement answer, int sent)
    {
        if (answer.GetArrayLength() != sent)
        {
            throw new FormatException("Weaviate has not answered for every object.");
        }

        return
        [
            .. answer
                .EnumerateArray()
                .Select(o => (o.GetProperty("id").GetGuid(), ReasonOf(o.GetProperty("result"))))
                .Where(o => o.Item2.Length > 0),
        ];
    }

    /// <summary>Body of a removal: points of documents that are not of the given generations.</summary>
    public static void WriteRemoval(Utf8JsonWriter json, IEnumerable<Guid> documents, IReadOnlyCollection<Guid> generations)
    {
        json.WriteStartObject();
        json.WriteStartObject("match");
        json.WriteString("class", WeaviateClass.Name);
        json.WriteStartObject("where");
        json.WriteString("operator", "And");
        json.WriteStartArray("operands");
        json.WriteStartObject();
        WritePath(json, WeaviateClass.Document, "ContainsAny");
        StoreJson.WriteTexts(json, "valueTextArray", documents);
        json.WriteEndObject();
        foreach (var generation in generations)
        {
            json.WriteStartObject();
            WritePath(json, WeaviateClass.Generation, "NotEqual");
            json.WriteString("valueText", generation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("output", "minimal");
        json.WriteEndObject();
    }

    /// <summary>What a removal found and did; the reason for the first object that stayed.</summary>
    public static (long Found, long Removed, string Reason) ReadRemoval(JsonElement answer)
    {
        var results = answer.GetProperty("results");
        var reasons =
            results.TryGetProperty("objects", out var objects) && objects.ValueKind == JsonValueKind.Array
                ? objects.EnumerateArray().Select(ReasonOf).FirstOrDefault(r => r.Length > 0)
                : null;
        return (results.GetProperty("matches").GetInt64(), results.GetProperty("successful").GetInt64(), reasons ?? "");
    }

    public static void WriteQuery(Utf8JsonWriter json, string query)
    {
        json.WriteStartObject();
        json.WriteString("query", query);
        json.WriteEndObject();
    }

    /// <summary>The first error of an answer to a query, which comes with status 200; null for none.</summary>
    public static string? ReadError(JsonElement answer) =>
        answer.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
            ? errors[0].GetProperty("message").GetString() ?? "no reason given"
            : null;

    public static StoreAnswer ReadHits(JsonElement answer)
    {
        var get = answer.GetProperty("data").GetProperty("Get");
        return new StoreAnswer(
            Hits("dense", o => 1 - o.GetProperty("distance").GetDouble()),
            Hits("sparse", o => ScoreFactor * double.Parse(o.GetProperty("score").ToString(), CultureInfo.InvariantCulture))
        );

        List<PointHit> Hits(string side, Func<JsonElement, double> score) =>
            get.TryGetProperty(side, out var hits)
                ?
                [
                    .. hits.EnumerateArray()
                        .Select(o => new PointHit(
                            o.GetProperty(WeaviateClass.Document).GetGuid(),
                            o.GetProperty(WeaviateClass.Generation).GetGuid(),
                            o.GetProperty(WeaviateClass.Ordinal).GetInt32(),
                            (float)score(o.GetProperty("_additional"))
                        )),
                ]
                : [];
    }

    public static int ReadCount(JsonElement answer) =>
        answer
            .GetProperty("data")
            .GetProperty("Aggregate")
            .GetProperty(WeaviateClass.Name)
            .EnumerateArray()
            .Select(group => group.GetProperty("meta").GetProperty("count").GetInt32())
            .SingleOrDefault();

    public static List<T> ReadPage<T>(JsonElement answer, Func<JsonElement, T> read) =>
        [.. answer.GetProperty("data").GetProperty("Get").GetProperty(WeaviateClass.Name).EnumerateArray().Select(read)];

    public static PointName ReadName(JsonElement point) =>
        new(
            point.GetProperty("_additional").GetProperty("id").GetGuid(),
            point.GetProperty(WeaviateClass.Document).GetGuid(),
            point.GetProperty(WeaviateClass.Generation).GetGuid(),
            point.GetProperty(WeaviateClass.Ordinal).GetInt32()
        );

    public static IndexPoint ReadPoint(JsonElement point)
    {
        var name = ReadName(point);
        var vectors = point.GetProperty("_additional").TryGetProperty("vectors", out var named) ? named.EnumerateObject().ToList() : [];
        var dense = vectors.Select(v => v.Value).FirstOrDefault(v => v.ValueKind == JsonValueKind.Array && v.GetArrayLength() > 0);
        return new IndexPoint(
            name.Id,
            name.DocumentId,
            name.Generation,
            name.Ordinal,
            dense.ValueKind == JsonValueKind.Array ? dense.EnumerateArray().Select(v => v.GetSingle()).ToArray() : [],
            WeaviateTerms.Read(point.GetProperty(WeaviateClass.Terms).GetString() ?? "")
        );
    }

    private static void WritePath(Utf8JsonWriter json, string property, string @operator)
    {
        json.WriteStartArray("path");
        json.WriteStringValue(property);
        json.WriteEndArray();
        json.WriteString("operator", @operator);
    }

    /// <summary>Reason of a failed object; empty when it did not fail.</summary>
    private static string ReasonOf(JsonElement result)
    {
        if (
            result.TryGetProperty("errors", out var errors)
            && errors.ValueKind == JsonValueKind.Object
            && errors.TryGetProperty("error", out var list)
            && list.ValueKind == JsonValueKind.Array
            && list.GetArrayLength() > 0
        )
        {
            return list[0].GetProperty("message").GetString() is { Length: > 0 } message ? message : "no reason given";
        }

        return result.TryGetProperty("status", out var status) && status.ValueEquals("FAILED") ? "no reason given" : "";
    }
}
