using System.Text;
using Npgsql;
using RagPy.Core.Embedding;
using RagPy.Core.Sources;

namespace RagPy.Core.Search;

/// <summary>Turns a request's filters into the documents that pass them.</summary>
internal sealed class SearchFilter(NpgsqlDataSource dataSource)
{
    /// <summary>Documents that pass, or null when nothing is filtered.</summary>
    public async Task<IReadOnlySet<Guid>?> ResolveAsync(long projectId, SearchRequest request, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand();
        var sql = new StringBuilder(
            """
            SELECT d.id FROM documents d JOIN items i ON i.id = d.item_id AND i.project_id = $1
            WHERE d.project_id = $1 AND d.generation IS NOT NULL
            """
        );
        command.Parameters.Add(new() { Value = projectId });
        AddConditions(request, (condition, value) => sql.Append(" AND ").AppendFormat(null, condition, Parameter(command, value)));
        if (command.Parameters.Count == 1)
        {
            return null;
        }

        command.CommandText = sql.ToString();
        var documents = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            documents.Add(reader.GetGuid(0));
        }

        return documents;
    }

    private static void AddConditions(SearchRequest request, Action<string, object> add)
    {
        if (!string.IsNullOrWhiteSpace(request.Author))
        {
            add("{0} = ANY(i.author_keys)", Bibliography.FoldName(request.Author.Split(',')[0]));
        }

        if (request.YearFrom is not null || request.YearTo is not null)
        {
            int[] range = [request.YearFrom ?? int.MinValue, request.YearTo ?? int.MaxValue];
            add("EXISTS (SELECT FROM unnest(i.years) y WHERE y BETWEEN ({0})[1] AND ({0})[2])", range);
        }

        if (request.Tags.Count > 0)
        {
            add(
                "(SELECT array_agg(lower(t)) FROM unnest(i.tags) t) @> {0}",
                request.Tags.Select(t => t.Trim().ToLowerInvariant()).ToArray()
            );
        }

        if (!string.IsNullOrWhiteSpace(request.Collection))
        {
            add(
                "EXISTS (SELECT FROM unnest(i.collections) c WHERE strpos('/' || lower(c) || '/', '/' || {0} || '/') > 0)",
                request.Collection.Trim().Trim('/').ToLowerInvariant()
            );
        }

        if (!string.IsNullOrWhiteSpace(request.Type))
        {
            add("lower(i.type) = {0}", request.Type.Trim().ToLowerInvariant());
        }

        if (!string.IsNullOrWhiteSpace(request.Language))
        {
            var known = LanguageDetector.Resolve(request.Language, "");
            add(
                known.Length > 0 ? "d.language = {0}" : "(lower(i.language) = {0} OR starts_with(lower(i.language), {0} || '-'))",
                known.Length > 0 ? known : request.Language.Trim().ToLowerInvariant()
            );
        }
    }

    private static string Parameter(NpgsqlCommand command, object value)
    {
        command.Parameters.Add(new() { Value = value });
        return $"${command.Parameters.Count}";
    }
}
