using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace RagPy.Tests.Simulators;

/// <summary>
/// A provider's published OpenAPI document, against which both directions of recorded exchanges are checked: path, method, parameters, key, media
/// types, statuses and bodies. Versions 2.0 to 3.1, JSON or YAML.
/// </summary>
internal sealed class ApiContract
{
    private static readonly ConcurrentDictionary<string, Lazy<ApiContract?>> s_loaded = new();

    private readonly JsonNode _document;
    private readonly ContractSchemas _schemas;
    private readonly List<ContractOperation> _operations = [];

    private ApiContract(JsonNode document, bool emptyIsNull, bool objectIsAny, string? prefix)
    {
        _document = document;
        _schemas = new ContractSchemas(document, emptyIsNull, objectIsAny);
        prefix ??= PathOf((string?)document["servers"]?[0]?["url"] ?? "");
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (
                var (method, operation) in item!.AsObject().Where(o => o.Value is JsonObject && o.Key is not "parameters" and not "servers")
            )
            {
                _operations.Add(new ContractOperation(document, _schemas, method.ToUpperInvariant(), prefix + path, item, operation!));
            }
        }

        // Fixed path parts win over parameters.
        _operations.Sort((a, b) => a.Parameters.CompareTo(b.Parameters));
    }

    /// <summary>The document of that name in the shared folder, or null where there is no such folder.</summary>
    /// <param name="fileName">Name in <c>reference/openapi</c>.</param>
    /// <param name="prefix">What stands before the document's paths; null for the path of its first server.</param>
    public static ApiContract? Find(string fileName, string? prefix = null) =>
        s_loaded.GetOrAdd($"{fileName} {prefix}", _ => new Lazy<ApiContract?>(() => Load(fileName, prefix))).Value;

    /// <summary>Reads a document.</summary>
    /// <param name="format"><c>json</c> or <c>yaml</c>.</param>
    /// <exception cref="InvalidDataException">It is no OpenAPI document.</exception>
    public static ApiContract Read(MemoryStream stream, string format, string? prefix = null)
    {
        var settings = new OpenApiReaderSettings();
        settings.AddYamlReader();
        var read = OpenApiDocument.Load(stream, format, settings);
        if (read.Document is not { } document || read.Diagnostic is not { Errors.Count: 0 } diagnostic)
        {
            throw new InvalidDataException(string.Join("; ", read.Diagnostic?.Errors ?? []));
        }

        using var text = new StringWriter();
        document.SerializeAsV31(new OpenApiJsonWriter(text));
        var emptyIsNull = diagnostic.SpecificationVersion is OpenApiSpecVersion.OpenApi2_0 or OpenApiSpecVersion.OpenApi3_0;
        var isSwagger = diagnostic.SpecificationVersion is OpenApiSpecVersion.OpenApi2_0;
        return new ApiContract(JsonNode.Parse(text.ToString())!, emptyIsNull, isSwagger, prefix);
    }

    /// <summary>What in the exchanges is not as the document says; empty when all is. Answers that were made to go wrong are left out.</summary>
    /// <param name="isCovered">Exchanges that the document describes; null for all.</param>
    public IReadOnlyList<string> Check(IEnumerable<Exchange> exchanges, Predicate<Exchange>? isCovered = null)
    {
        var problems = new List<string>();
        foreach (var exchange in exchanges.Where(e => isCovered?.Invoke(e) ?? true))
        {
            var operation = _operations.Find(o => o.Matches(exchange));
            problems.AddRange(
                (operation?.Check(exchange) ?? ["the document has no such path and method"]).Select(problem => $"{exchange}: {problem}")
            );
        }

        return problems;
    }

    private static ApiContract? Load(string fileName, string? prefix)
    {
        var path = Path.Combine(SharedFolder.Path, "reference", "openapi", fileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = new MemoryStream(File.ReadAllBytes(path));
        return Read(stream, fileName.EndsWith(".json", StringComparison.Ordinal) ? "json" : "yaml", prefix);
    }

    private static string PathOf(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : url.IndexOf('/', authority + 3);
        return path < 0 ? "" : url[path..].TrimEnd('/');
    }
}
