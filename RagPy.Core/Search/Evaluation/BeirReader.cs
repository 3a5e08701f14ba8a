using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RagPy.Core.Search.Evaluation;

/// <summary>Reads a collection in the layout of BEIR (Thakur et al. 2021): <c>corpus.jsonl</c>, <c>queries.jsonl</c>, <c>qrels/test.tsv</c>.</summary>
internal sealed class BeirReader
{
    private readonly string _folder;

    /// <exception cref="EvaluationException">The folder or one of its files is missing.</exception>
    public BeirReader(string folder)
    {
        _folder = Path.GetFullPath(folder);
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(_folder));
        foreach (var file in (string[])[Corpus, Queries, Judgements])
        {
            if (!File.Exists(file))
            {
                throw new EvaluationException(
                    $"There is no file '{file}'. A collection has corpus.jsonl, queries.jsonl and qrels{Path.DirectorySeparatorChar}test.tsv."
                );
            }
        }
    }

    /// <summary>Name of the folder.</summary>
    public string Name { get; }

    private string Corpus => Path.Combine(_folder, "corpus.jsonl");

    private string Queries => Path.Combine(_folder, "queries.jsonl");

    private string Judgements => Path.Combine(_folder, "qrels", "test.tsv");

    /// <summary>Documents in the order of the file, one at a time.</summary>
    public async IAsyncEnumerable<BeirDocument> ReadDocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (line, number) in ReadLinesAsync(Corpus, cancellationToken).ConfigureAwait(false))
        {
            using var json = Parse(line, Corpus, number);
            yield return new BeirDocument(IdOf(json, Corpus, number), TextOf(json, "title"), TextOf(json, "text"));
        }
    }

    /// <summary>Texts of the queries by id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadQueriesAsync(CancellationToken cancellationToken)
    {
        var queries = new Dictionary<string, string>();
        await foreach (var (line, number) in ReadLinesAsync(Queries, cancellationToken).ConfigureAwait(false))
        {
            using var json = Parse(line, Queries, number);
            queries[IdOf(json, Queries, number)] = TextOf(json, "text");
        }

        return queries;
    }

    /// <summary>Relevant documents (grade above 0) of each query that has judgements, in the order of the file.</summary>
    public async Task<IReadOnlyList<(string Query, IReadOnlySet<string> Relevant)>> ReadJudgementsAsync(CancellationToken cancellationToken)
    {
        var relevant = new Dictionary<string, HashSet<string>>();
        var order = new List<string>();
        await foreach (var (line, number) in ReadLinesAsync(Judgements, cancellationToken).ConfigureAwait(false))
        {
            var fields = line.Split('\t');
            if (fields.Length != 3 || !double.TryParse(fields[2], CultureInfo.InvariantCulture, out var grade))
            {
                if (number == 1)
                {
                    continue; // the heading
                }

                throw new EvaluationException($"{Judgements}, line {number}: expected query, document and grade, parted by tabs.");
            }

            if (!relevant.TryGetValue(fields[0], out var documents))
            {
                relevant[fields[0]] = documents = [];
                order.Add(fields[0]);
            }

            if (grade > 0)
            {
                documents.Add(fields[1]);
            }
        }

        return [.. order.Select(q => (q, (IReadOnlySet<string>)relevant[q]))];
    }

    private static async IAsyncEnumerable<(string Line, int Number)> ReadLinesAsync(
        string path,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var reader = new StreamReader(path);
        for (var number = 1; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (line, number);
            }
        }
    }

    private static JsonDocument Parse(string line, string path, int number)
    {
        try
        {
            var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json
                : throw new EvaluationException($"{path}, line {number}: expected a JSON object.");
        }
        catch (JsonException e)
        {
            throw new EvaluationException($"{path}, line {number}: not valid JSON.", e);
        }
    }

    private static string IdOf(JsonDocument json, string path, int number) =>
        json.RootElement.TryGetProperty("_id", out var id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? id.ToString()
            : throw new EvaluationException($"{path}, line {number}: the object has no '_id'.");

    private static string TextOf(JsonDocument json, string property) =>
        json.RootElement.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
