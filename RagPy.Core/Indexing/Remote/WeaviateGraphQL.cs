using System.Globalization;
using System.Text;
using System.Text.Json;
using RagPy.Core.Embedding;

namespace RagPy.Core.Indexing.Remote;

/// <summary>
/// Queries to Weaviate. Its GraphQL types are made from its classes, so that variables would need their names; values are written as literals, every text escaped.
/// </summary>
internal sealed class WeaviateGraphQL
{
    private const string Name = $"{WeaviateClass.Document} {WeaviateClass.Generation} {WeaviateClass.Ordinal}";

    private readonly StringBuilder _text = new();

    private WeaviateGraphQL() { }

    /// <summary>Both sides of a search in one request, under the names <c>dense</c> and <c>sparse</c>.</summary>
    public static string Search(string tenant, StoreQuery query, int limit)
    {
        var text = new WeaviateGraphQL();
        text._text.Append("{Get{");
        if (query.Dense is { } dense)
        {
            text.Begin("dense:", tenant)
                .Limit(limit)
                .Documents(query.Documents)
                .NearVector(dense.Span)
                .End($"{Name} _additional{{distance}}");
        }

        if (query.Sparse is { } sparse)
        {
            text.Begin("sparse:", tenant).Limit(limit).Documents(query.Documents).Bm25(sparse).End($"{Name} _additional{{score}}");
        }

        return text.Append("}}")._text.ToString();
    }

    /// <summary>Number of points of one generation of a document.</summary>
    public static string Count(string tenant, Guid documentId, Guid generation)
    {
        var text = new WeaviateGraphQL();
        text.Append("{Aggregate{").Begin("", tenant).Append(",where:{operator:And,operands:[");
        text.Append($"{{path:[\"{WeaviateClass.Document}\"],operator:Equal,valueText:").Quote(documentId.ToString()).Append("},");
        text.Append($"{{path:[\"{WeaviateClass.Generation}\"],operator:Equal,valueText:").Quote(generation.ToString()).Append("}]}");
        return text.End("meta{count}").Append("}}")._text.ToString();
    }

    /// <summary>The points after one, in the order of their ids.</summary>
    /// <param name="vectors">Lengths of vectors that are wanted; null for neither vectors nor terms.</param>
    public static string Page(string tenant, int limit, string after, IEnumerable<int>? vectors)
    {
        var text = new WeaviateGraphQL();
        text.Append("{Get{").Begin("", tenant).Limit(limit).Append(",after:").Quote(after);
        var wanted = vectors?.Select(WeaviateClass.VectorOf).ToList() ?? [];
        var named = wanted.Count == 0 ? "" : $" vectors{{{string.Join(' ', wanted)}}}";
        var terms = vectors is null ? "" : $" {WeaviateClass.Terms}";
        return text.End($"{Name}{terms} _additional{{id{named}}}").Append("}}")._text.ToString();
    }

    private WeaviateGraphQL Begin(string alias, string tenant) => Append(alias).Append($"{WeaviateClass.Name}(tenant:").Quote(tenant);

    private WeaviateGraphQL End(string fields) => Append("){").Append(fields).Append("}");

    private WeaviateGraphQL Limit(int limit)
    {
        _text.Append(CultureInfo.InvariantCulture, $",limit:{limit}");
        return this;
    }

    private WeaviateGraphQL Documents(IReadOnlySet<Guid>? documents)
    {
        if (documents is null)
        {
            return this;
        }

        Append($",where:{{path:[\"{WeaviateClass.Document}\"],operator:ContainsAny,valueText:[");
        foreach (var document in documents)
        {
            Quote(document.ToString()).Append(",");
        }

        return Append("]}");
    }

    private WeaviateGraphQL NearVector(ReadOnlySpan<float> vector)
    {
        Append(",nearVector:{vector:[");
        foreach (var value in vector)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{value},");
        }

        return Append("],targetVectors:[").Quote(WeaviateClass.VectorOf(vector.Length)).Append("]}");
    }

    private WeaviateGraphQL Bm25(SparseVector sparse) =>
        Append(",bm25:{query:").Quote(WeaviateTerms.WriteQuery(sparse)).Append($",properties:[\"{WeaviateClass.Terms}\"]}}");

    /// <summary>Text as a literal; GraphQL's escapes are those of JSON.</summary>
    private WeaviateGraphQL Quote(string value)
    {
        _text.Append('"').Append(JsonEncodedText.Encode(value).ToString()).Append('"');
        return this;
    }

    private WeaviateGraphQL Append(string text)
    {
        _text.Append(text);
        return this;
    }
}
