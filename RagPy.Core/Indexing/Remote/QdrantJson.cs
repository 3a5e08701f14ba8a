using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Bodies of requests to Qdrant and of its answers. Points are written straight into the request's buffer: nothing is made for each of them.</summary>
internal static class QdrantJson
{
    private const string Sparse = "terms";
    private const string Project = "project";
    private const string Document = "document";
    private const string Generation = "generation";
    private const string Ordinal = "ordinal";
    private const string Length = "length";

    /// <summary>Payload fields that are filtered by, with their types.</summary>
    public static IReadOnlyList<(string Field, string Type)> IndexedFields { get; } =
    [(Project, "integer"), (Document, "uuid"), (Generation, "uuid")];

    /// <summary>Name of the dense vector of a length.</summary>
    public static string DenseName(int dimension) => string.Create(CultureInfo.InvariantCulture, $"dense_{dimension}");

    /// <summary>Body of an upsert (<c>PointsList</c>).</summary>
    public static void WritePoints(
        IBufferWriter<byte> target,
        long projectId,
        IReadOnlyList<IndexPoint> points,
        int start,
        int end,
        double averageLength
    )
    {
        using var json = new Utf8JsonWriter(target, StoreJson.Unchecked);
        json.WriteStartObject();
        json.WriteStartArray("points");
        for (var i = start; i < end; i++)
        {
            WritePoint(json, projectId, points[i], averageLength);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Body of a new collection.</summary>
    public static void WriteCollection(Utf8JsonWriter json, IEnumerable<int> dimensions, Action<Utf8JsonWriter> metadata)
    {
        json.WriteStartObject();
        json.WriteStartObject("vectors");
        foreach (var dimension in dimensions)
        {
            json.WritePropertyName(DenseName(dimension));
            WriteVectorParams(json, dimension);
        }

        json.WriteEndObject();
        json.WriteStartObject("sparse_vectors");
        json.WriteStartObject(Sparse);
        json.WriteString("modifier", "idf");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("metadata");
        metadata(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Body of one more dense vector (<c>DenseVectorNameConfig</c>).</summary>
    public static void WriteDense(Utf8JsonWriter json, int dimension)
    {
        json.WriteStartObject();
        json.WritePropertyName("dense");
        WriteVectorParams(json, dimension);
        json.WriteEndObject();
    }

    /// <summary>Actions that let an alias name a collection; all take effect at once.</summary>
    public static void WriteAlias(Utf8JsonWriter json, string alias, bool isNew, string collection)
    {
        json.WriteStartObject();
        json.WriteStartArray("actions");
        if (!isNew)
        {
            json.WriteStartObject();
            json.WriteStartObject("delete_alias");
            json.WriteString("alias_name", alias);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteStartObject();
        json.WriteStartObject("create_alias");
        json.WriteString("collection_name", collection);
        json.WriteString("alias_name", alias);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteCount(Utf8JsonWriter json, long projectId, Guid documentId, Guid generation)
    {
        json.WriteStartObject();
        json.WriteStartObject("filter");
        json.WriteStartArray("must");
        WriteMatch(json, projectId);
        WriteMatch(json, Document, [documentId]);
        WriteMatch(json, Generation, [generation]);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteBoolean("exact", true);
        json.WriteEndObject();
    }

    /// <summary>Selects the points of documents that are not of the given generations.</summary>
    public static void WriteRemoval(
        Utf8JsonWriter json,
        long projectId,
        IReadOnlyCollection<Guid> documents,
        IReadOnlyCollection<Guid> generations
    )
    {
        json.WriteStartObject();
        json.WriteStartObject("filter");
        json.WriteStartArray("must");
        WriteMatch(json, projectId);
        WriteMatch(json, Document, documents);
        json.WriteEndArray();
        if (generations.Count > 0)
        {
            json.WriteStartArray("must_not");
            WriteMatch(json, Generation, generations);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>
    /// Both sides of a search in one request. They are not fused by Qdrant: our fusion is by min-max over the current points of each side, and only the caller knows
    /// which are current.
    /// </summary>
    public static void WriteQueries(Utf8JsonWriter json, StoreQuery query, int limit)
    {
        json.WriteStartObject();
        json.WriteStartArray("searches");
        if (query.Dense is { } dense)
        {
            json.WriteStartObject();
            StoreJson.WriteFloats(json, "query", dense.Span);
            WriteQuery(json, query, DenseName(dense.Length), limit);
        }

        if (query.Sparse is { } sparse)
        {
            json.WriteStartObject();
            json.WriteStartObject("query");
            StoreJson.WriteSparse(json, sparse, static (vector, i) => vector.Counts[i], sparse);
            json.WriteEndObject();
            WriteQuery(json, query, Sparse, limit);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteScroll(Utf8JsonWriter json, long projectId, int limit, string? from, bool withVectors)
    {
        json.WriteStartObject();
        json.WriteStartObject("filter");
        json.WriteStartArray("must");
        WriteMatch(json, projectId);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteNumber("limit", limit);
        json.WriteBoolean("with_payload", true);
        json.WriteBoolean("with_vector", withVectors);
        if (from is not null)
        {
            json.WriteString("offset", from);
        }

        json.WriteEndObject();
    }

    /// <summary>An upsert that waited must have been carried out when it is answered.</summary>
    /// <exception cref="FormatException">It was not.</exception>
    public static bool RequireCompleted(JsonElement answer) =>
        answer.GetProperty("result").GetProperty("status").GetString() is "completed"
            ? true
            : throw new FormatException("Qdrant has not carried out the operation.");

    /// <summary>The hits of each search of a batch.</summary>
    public static IReadOnlyList<List<PointHit>> ReadHits(JsonElement answer) =>
        [
            .. answer
                .GetProperty("result")
                .EnumerateArray()
                .Select(search =>
                    search
                        .GetProperty("points")
                        .EnumerateArray()
                        .Select(point =>
                        {
                            var name = ReadName(point);
                            return new PointHit(name.DocumentId, name.Generation, name.Ordinal, point.GetProperty("score").GetSingle());
                        })
                        .ToList()
                ),
        ];

    public static QdrantPage<T> ReadPage<T>(JsonElement answer, Func<JsonElement, T> read)
    {
        var result = answer.GetProperty("result");
        var points = result.GetProperty("points").EnumerateArray().Select(read).ToList();
        var next =
            result.TryGetProperty("next_page_offset", out var offset) && offset.ValueKind == JsonValueKind.String
                ? offset.GetString()
                : null;
        return new QdrantPage<T>(points, next);
    }

    public static PointName ReadName(JsonElement point)
    {
        var payload = point.GetProperty("payload");
        return new PointName(
            point.GetProperty("id").GetGuid(),
            payload.GetProperty(Document).GetGuid(),
            payload.GetProperty(Generation).GetGuid(),
            payload.GetProperty(Ordinal).GetInt32()
        );
    }

    /// <summary>A point with its vectors, the sparse one as it was before it was weighted.</summary>
    public static IndexPoint ReadPoint(JsonElement point, double averageLength)
    {
        var name = ReadName(point);
        var vectors = point.GetProperty("vector");
        var dense = vectors.EnumerateObject().Where(v => v.Name != Sparse).Select(v => v.Value).FirstOrDefault();
        var length = point.GetProperty("payload").GetProperty(Length).GetInt32();
        return new IndexPoint(
            name.Id,
            name.DocumentId,
            name.Generation,
            name.Ordinal,
            dense.ValueKind == JsonValueKind.Array ? dense.EnumerateArray().Select(v => v.GetSingle()).ToArray() : [],
            Bm25Weights.Restore(vectors.TryGetProperty(Sparse, out var sparse) ? Terms(sparse) : [], length, averageLength)
        );
    }

    private static IEnumerable<(uint, float)> Terms(JsonElement sparse) =>
        sparse
            .GetProperty("indices")
            .EnumerateArray()
            .Zip(sparse.GetProperty("values").EnumerateArray(), (index, value) => (index.GetUInt32(), value.GetSingle()));

    private static void WritePoint(Utf8JsonWriter json, long projectId, IndexPoint point, double averageLength)
    {
        json.WriteStartObject();
        json.WriteString("id", point.Id);
        json.WriteStartObject("vector");
        if (point.Dense.Length > 0)
        {
            StoreJson.WriteFloats(json, DenseName(point.Dense.Length), point.Dense.Span);
        }

        if (point.Sparse.Terms.Length > 0)
        {
            json.WriteStartObject(Sparse);
            StoreJson.WriteSparse(
                json,
                point.Sparse,
                static (state, i) => Bm25Weights.Of(state.Sparse.Counts[i], state.Sparse.Length, state.Average),
                (point.Sparse, Average: averageLength)
            );
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("payload");
        json.WriteNumber(Project, projectId);
        json.WriteString(Document, point.DocumentId);
        json.WriteString(Generation, point.Generation);
        json.WriteNumber(Ordinal, point.Ordinal);
        json.WriteNumber(Length, point.Sparse.Length);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteVectorParams(Utf8JsonWriter json, int dimension)
    {
        json.WriteStartObject();
        json.WriteNumber("size", dimension);
        json.WriteString("distance", "Dot");
        json.WriteEndObject();
    }

    /// <summary>The rest of one search; ends its object.</summary>
    private static void WriteQuery(Utf8JsonWriter json, StoreQuery query, string vector, int limit)
    {
        json.WriteString("using", vector);
        json.WriteNumber("limit", limit);
        json.WriteStartObject("filter");
        json.WriteStartArray("must");
        WriteMatch(json, query.ProjectId);
        if (query.Documents is { } documents)
        {
            WriteMatch(json, Document, documents);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("with_payload");
        json.WriteStringValue(Document);
        json.WriteStringValue(Generation);
        json.WriteStringValue(Ordinal);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMatch(Utf8JsonWriter json, long projectId)
    {
        json.WriteStartObject();
        json.WriteString("key", Project);
        json.WriteStartObject("match");
        json.WriteNumber("value", projectId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMatch(Utf8JsonWriter json, string key, IReadOnlyCollection<Guid> values)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("match");
        StoreJson.WriteTexts(json, "any", values);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
