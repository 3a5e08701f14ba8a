using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Bodies of requests to Pinecone and of its answers (data and control API 2025-10).</summary>
internal static class PineconeJson
{
    public const string KeyHeader = "Api-Key";

    /// <summary>Most points of one upsert (<c>UpsertRequest</c>).</summary>
    public const int MostPoints = 1_000;

    /// <summary>Most bytes of one upsert (Pinecone's page "Operation limits": 2 MB).</summary>
    public const int MostBytes = 2_000_000;

    /// <summary>Most terms of a sparse vector (<c>SparseValues</c>).</summary>
    public const int MostTerms = 1_000;

    private const string Project = "project";
    private const string Document = "document";
    private const string Length = "length";

    /// <summary>Only component of the dense vector beside a sparse one: every query must have a dense vector that is not zero, and this one is too small to matter.</summary>
    private const float Nothing = 1e-9f;

    /// <summary>Scores above it come from terms; no weight of a term is that small.</summary>
    private const float LeastScore = 1e-8f;

    /// <summary>Headers of every request.</summary>
    public static IReadOnlyDictionary<string, string> Headers { get; } =
        new Dictionary<string, string> { ["X-Pinecone-Api-Version"] = "2025-10" }.ToFrozenDictionary();

    /// <summary>Body of a new index (<c>CreateIndexRequest</c>): serverless, and only what is filtered by is indexed.</summary>
    public static void WriteIndex(Utf8JsonWriter json, string name, int dimension, string cloud, string region)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteNumber("dimension", dimension);
        json.WriteString("metric", "dotproduct");
        json.WriteString("vector_type", "dense");
        json.WriteStartObject("spec");
        json.WriteStartObject("serverless");
        json.WriteString("cloud", cloud);
        json.WriteString("region", region);
        json.WriteStartObject("schema");
        json.WriteStartObject("fields");
        json.WriteStartObject(Document);
        json.WriteBoolean("filterable", true);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes an upsert of as many points as one may have.</summary>
    /// <param name="scratch">For one point at a time; emptied.</param>
    /// <returns>Where the points begin that are not in it.</returns>
    public static int WritePoints(
        ArrayBufferWriter<byte> target,
        ArrayBufferWriter<byte> scratch,
        PineconeProject project,
        IReadOnlyList<IndexPoint> points,
        int start,
        int end
    )
    {
        target.Write(Encoding.UTF8.GetBytes($"{{\"namespace\":\"{project.Namespace}\",\"vectors\":["));
        using var json = new Utf8JsonWriter(scratch, StoreJson.Unchecked);
        var next = start;
        for (; next < end; next++)
        {
            scratch.ResetWrittenCount();
            json.Reset(scratch);
            WritePoint(json, project, points[next]);
            json.Flush();
            if (next > start)
            {
                if (target.WrittenCount + scratch.WrittenCount + ",]}".Length > MostBytes)
                {
                    break;
                }

                target.Write(","u8);
            }

            target.Write(scratch.WrittenSpan);
        }

        target.Write("]}"u8);
        scratch.ResetWrittenCount();
        return next;
    }

    /// <summary>Body of a query for one side (<c>QueryRequest</c>).</summary>
    public static void WriteQuery(
        Utf8JsonWriter json,
        string space,
        ReadOnlySpan<float> dense,
        IReadOnlyList<(uint Term, float Weight)> sparse,
        IEnumerable<Guid>? documents,
        int top
    )
    {
        json.WriteStartObject();
        json.WriteString("namespace", space);
        json.WriteNumber("topK", top);
        json.WriteBoolean("includeValues", false);
        json.WriteBoolean("includeMetadata", false);
        StoreJson.WriteFloats(json, "vector", dense);
        if (sparse.Count > 0)
        {
            WriteSparse(json, "sparseVector", sparse);
        }

        if (documents is not null)
        {
            json.WriteStartObject("filter");
            json.WriteStartObject(Document);
            json.WriteStartArray("$in");
            foreach (var document in documents)
            {
                json.WriteStringValue(document.ToString("N"));
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A dense vector of a length that adds nothing to a score.</summary>
    public static float[] NoDense(int dimension)
    {
        var vector = new float[dimension];
        vector[0] = Nothing;
        return vector;
    }

    public static void WriteRemoval(Utf8JsonWriter json, string space, IEnumerable<string> ids)
    {
        json.WriteStartObject();
        json.WriteString("namespace", space);
        json.WriteStartArray("ids");
        foreach (var id in ids)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>All of an upsert's points must have been taken.</summary>
    /// <exception cref="FormatException">Some were not.</exception>
    public static bool RequireAll(JsonElement answer, int points) =>
        answer.TryGetProperty("upsertedCount", out var taken) && taken.GetInt64() == points
            ? true
            : throw new FormatException("Pinecone has not taken all points.");

    /// <param name="ofTerms">Hits that share no term with the query are left out.</param>
    public static List<PointHit> ReadHits(JsonElement answer, bool ofTerms) =>
        [
            .. answer
                .GetProperty("matches")
                .EnumerateArray()
                .Select(match =>
                    (Name: PineconeId.Read(match.GetProperty("id").GetString()!), Score: match.GetProperty("score").GetSingle())
                )
                .Where(match => !ofTerms || match.Score > LeastScore)
                .Select(match => new PointHit(match.Name.DocumentId, match.Name.Generation, match.Name.Ordinal, match.Score)),
        ];

    /// <summary>Ids of a page of a list, and where the next begins; null after the last.</summary>
    public static (List<string> Ids, string? Next) ReadIds(JsonElement answer) =>
        (
            answer.TryGetProperty("vectors", out var vectors)
                ? [.. vectors.EnumerateArray().Select(v => v.GetProperty("id").GetString()!)]
                : [],
            ReadNext(answer)
        );

    /// <summary>Where the next page begins; null after the last.</summary>
    public static string? ReadNext(JsonElement answer) =>
        answer.TryGetProperty("pagination", out var pagination)
        && pagination.ValueKind == JsonValueKind.Object
        && pagination.TryGetProperty("next", out var next)
        && next.GetString() is { Length: > 0 } token
            ? token
            : null;

    /// <summary>Points with their vectors, the sparse ones as they were before they were weighted.</summary>
    public static List<IndexPoint> ReadPoints(JsonElement answer, double averageLength) =>
        [.. answer.GetProperty("vectors").EnumerateObject().Select(v => ReadPoint(v.Value, averageLength))];

    /// <summary>The terms of a chunk with their weights, in order of terms; the heaviest ones of a chunk that has more than Pinecone takes.</summary>
    public static IReadOnlyList<(uint Term, float Weight)> Weigh(SparseVector sparse, double averageLength)
    {
        var weights = new (uint Term, float Weight)[sparse.Terms.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (sparse.Terms[i], Bm25Weights.Of(sparse.Counts[i], sparse.Length, averageLength));
        }

        return Heaviest(weights);
    }

    /// <summary>As many terms as a sparse vector may have, those of most weight.</summary>
    public static IReadOnlyList<(uint Term, float Weight)> Heaviest(IReadOnlyList<(uint Term, float Weight)> weights) =>
        weights.Count <= MostTerms
            ? weights
            : [.. weights.OrderByDescending(w => w.Weight).ThenBy(w => w.Term).Take(MostTerms).OrderBy(w => w.Term)];

    private static IndexPoint ReadPoint(JsonElement vector, double averageLength)
    {
        var name = PineconeId.Read(vector.GetProperty("id").GetString()!);
        var length = (int)vector.GetProperty("metadata").GetProperty(Length).GetDouble();
        return new IndexPoint(
            name.Id,
            name.DocumentId,
            name.Generation,
            name.Ordinal,
            vector.GetProperty("values").EnumerateArray().Select(v => v.GetSingle()).ToArray(),
            Bm25Weights.Restore(vector.TryGetProperty("sparseValues", out var sparse) ? Terms(sparse) : [], length, averageLength)
        );
    }

    private static IEnumerable<(uint, float)> Terms(JsonElement sparse) =>
        sparse
            .GetProperty("indices")
            .EnumerateArray()
            .Zip(sparse.GetProperty("values").EnumerateArray(), (index, value) => (index.GetUInt32(), value.GetSingle()));

    private static void WritePoint(Utf8JsonWriter json, PineconeProject project, IndexPoint point)
    {
        json.WriteStartObject();
        json.WriteString("id", PineconeId.Of(point));
        StoreJson.WriteFloats(json, "values", point.Dense.Span);
        if (point.Sparse.Terms.Length > 0)
        {
            WriteSparse(json, "sparseValues", Weigh(point.Sparse, project.State.AverageLength));
        }

        json.WriteStartObject("metadata");
        json.WriteNumber(Project, project.Id);
        json.WriteString(Document, point.DocumentId.ToString("N", CultureInfo.InvariantCulture));
        json.WriteNumber(Length, point.Sparse.Length);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSparse(Utf8JsonWriter json, string name, IReadOnlyList<(uint Term, float Weight)> weights)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("indices");
        foreach (var (term, _) in weights)
        {
            json.WriteNumberValue(term);
        }

        json.WriteEndArray();
        json.WriteStartArray("values");
        foreach (var (_, weight) in weights)
        {
            json.WriteNumberValue(weight);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
