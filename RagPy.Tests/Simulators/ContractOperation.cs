using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace RagPy.Tests.Simulators;

/// <summary>One method on one path of an <see cref="ApiContract"/>.</summary>
internal sealed partial class ContractOperation
{
    private readonly JsonNode _document;
    private readonly ContractSchemas _schemas;
    private readonly JsonNode _operation;
    private readonly List<JsonNode> _parameters;
    private readonly string _method;
    private readonly Regex _path;

    /// <param name="path">Path template, prefix included.</param>
    public ContractOperation(JsonNode document, ContractSchemas schemas, string method, string path, JsonNode item, JsonNode operation)
    {
        _document = document;
        _schemas = schemas;
        _operation = operation;
        _method = method;
        Parameters = path.Count(c => c == '{');
        _path = new Regex($"^{ParameterPattern().Replace(Regex.Escape(path), "(?<${name}>[^/]+)")}$", RegexOptions.CultureInvariant);
        _parameters =
        [
            .. new[] { item["parameters"], operation["parameters"] }.OfType<JsonArray>().SelectMany(list => list).Select(p => Resolve(p!)),
        ];
    }

    /// <summary>Number of parameters in the path.</summary>
    public int Parameters { get; }

    public bool Matches(Exchange exchange) => exchange.Method == _method && _path.IsMatch(exchange.Path);

    /// <summary>What is not as described.</summary>
    public IEnumerable<string> Check(Exchange exchange) =>
        CheckParameters(exchange)
            .Concat(CheckKey(exchange))
            .Concat(CheckRequest(exchange))
            .Concat(exchange.Fault is null or { Kind: FaultKind.Slow or FaultKind.Items } ? CheckResponse(exchange) : [])
            .ToList();

    private IEnumerable<string> CheckParameters(Exchange exchange)
    {
        var query = QueryHelpers.ParseQuery(exchange.Query);
        foreach (var name in query.Keys.Where(name => !_parameters.Exists(p => (string?)p["in"] == "query" && (string?)p["name"] == name)))
        {
            yield return $"there is no query parameter {name}";
        }

        var path = _path.Match(exchange.Path);
        foreach (var parameter in _parameters)
        {
            var name = (string)parameter["name"]!;
            var values = (string?)parameter["in"] switch
            {
                "query" => query.GetValueOrDefault(name),
                "header" => exchange.RequestHeaders[name],
                "path" => (StringValues)path.Groups[GroupName(name)].Value,
                _ => default(StringValues),
            };
            if (values.Count == 0)
            {
                if ((bool?)parameter["required"] == true)
                {
                    yield return $"{parameter["in"]} parameter {name} is missing";
                }
            }
            else if (parameter["schema"] is { } schema)
            {
                foreach (var problem in values.SelectMany(v => CheckText(schema, v!)))
                {
                    yield return $"{parameter["in"]} parameter {name}: {problem}";
                }
            }
        }
    }

    /// <summary>A parameter is text; it fits when it does so as text or as the JSON value that it spells.</summary>
    private IReadOnlyList<string> CheckText(JsonNode schema, string value)
    {
        var asText = Check(schema, JsonSerializer.SerializeToUtf8Bytes(value));
        if (asText.Count == 0 || Check(schema, JsonSerializer.SerializeToUtf8Bytes(new[] { value })).Count == 0)
        {
            return [];
        }

        var isOther = bool.TryParse(value, out _) || double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _);
        return isOther ? Check(schema, System.Text.Encoding.UTF8.GetBytes(value)) : asText;
    }

    private IEnumerable<string> CheckKey(Exchange exchange)
    {
        if ((_operation["security"] ?? _document["security"]) is not JsonArray { Count: > 0 } ways)
        {
            return [];
        }

        var names = ways.Select(way => way!.AsObject().Select(scheme => HeaderOf(scheme.Key)).ToList()).ToList();
        return names.Exists(way => way.TrueForAll(header => header is null || exchange.RequestHeaders.ContainsKey(header)))
            ? []
            : ["the request has no key"];
    }

    private string? HeaderOf(string scheme)
    {
        var described = _document["components"]?["securitySchemes"]?[scheme];
        return (string?)described?["type"] switch
        {
            "apiKey" when (string?)described["in"] == "header" => (string?)described["name"],
            "http" or "oauth2" => "Authorization",
            _ => null,
        };
    }

    private IEnumerable<string> CheckRequest(Exchange exchange)
    {
        if (_operation["requestBody"] is not { } reference)
        {
            return exchange.RequestBody.IsEmpty ? [] : ["the request has a body where none is described"];
        }

        var described = Resolve(reference);
        if (exchange.RequestBody.IsEmpty)
        {
            return (bool?)described["required"] == true ? ["the request has no body"] : [];
        }

        return CheckBody("request", described["content"], exchange.RequestHeaders.ContentType.ToString(), exchange.RequestBody);
    }

    private IEnumerable<string> CheckResponse(Exchange exchange)
    {
        var responses = _operation["responses"]!;
        var status = exchange.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if ((responses[status] ?? responses[$"{status[0]}XX"] ?? responses["default"]) is not { } reference)
        {
            return [$"status {status} is not described"];
        }

        return CheckBody("response", Resolve(reference)["content"], exchange.ResponseHeaders.ContentType.ToString(), exchange.ResponseBody);
    }

    private IEnumerable<string> CheckBody(string direction, JsonNode? content, string mediaType, ReadOnlyMemory<byte> body)
    {
        if (content is not JsonObject { Count: > 0 } described)
        {
            return [];
        }

        var type = mediaType.Split(';')[0].Trim();
        var match = described.FirstOrDefault(c => c.Key.Split(';')[0].Trim().Equals(type, StringComparison.OrdinalIgnoreCase));
        if (match.Key is null && !described.ContainsKey("*/*"))
        {
            return [$"the {direction} is {type}, not {string.Join(" or ", described.Select(c => c.Key))}"];
        }

        // What is not JSON (files, event streams) is the simulator's matter.
        var schema = (match.Value ?? described["*/*"])?["schema"];
        var isJson = type.EndsWith("json", StringComparison.OrdinalIgnoreCase);
        return schema is null || !isJson ? [] : Check(schema, body).Select(problem => $"{direction} {problem}");
    }

    private IReadOnlyList<string> Check(JsonNode schema, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var value = JsonDocument.Parse(json);
            return _schemas.Check(schema, value.RootElement);
        }
        catch (JsonException exception)
        {
            return [exception.Message];
        }
    }

    private JsonNode Resolve(JsonNode node)
    {
        while ((string?)node["$ref"] is { } reference)
        {
            node = reference.Split('/').Skip(1).Aggregate(_document, (at, name) => at[name]!);
        }

        return node;
    }

    private static string GroupName(string parameter) => parameter.Replace('-', '_');

    [GeneratedRegex(@"\\{(?<name>[^}]+)}")]
    private static partial Regex ParameterPattern();
}
