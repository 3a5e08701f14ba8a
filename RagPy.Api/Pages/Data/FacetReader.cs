using Microsoft.Extensions.Caching.Memory;
using Npgsql;
using RagPy.Core.Projects;

namespace RagPy.Api.Pages.Data;

/// <summary>Collects what can be filtered by, once for each version of a project's index.</summary>
internal sealed class FacetReader(NpgsqlDataSource dataSource, IMemoryCache cache)
{
    /// <summary>Longest list.</summary>
    public const int MaxValues = 300;

    /// <summary>Projects kept.</summary>
    public const int CacheSize = 200;

    private const string Indexed = "EXISTS (SELECT FROM documents d WHERE d.item_id = i.id AND d.generation IS NOT NULL)";

    /// <param name="project">The project as it stands now; access to it was checked.</param>
    public async Task<Facets> GetAsync(Project project, CancellationToken cancellationToken)
    {
        var key = (typeof(Facets), project.Id, project.IndexVersion);
        if (cache.TryGetValue<Facets>(key, out var known))
        {
            return known!;
        }

        var facets = new Facets(
            await ReadAsync(project.Id, "jsonb_path_query(i.creators, '$[*].FamilyName') #>> '{}'", cancellationToken),
            await ReadAsync(project.Id, "unnest(i.tags)", cancellationToken),
            await ReadAsync(project.Id, "unnest(i.collections)", cancellationToken),
            await ReadAsync(project.Id, "i.type", cancellationToken),
            await ReadAsync(
                project.Id,
                "(SELECT d.language FROM documents d WHERE d.item_id = i.id AND d.generation IS NOT NULL LIMIT 1)",
                cancellationToken
            )
        );
        return cache.Set(key, facets, new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromMinutes(10) });
    }

    private async Task<IReadOnlyList<string>> ReadAsync(long projectId, string expression, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            $"""
            SELECT value FROM (SELECT {expression} AS value FROM items i WHERE i.project_id = $1 AND {Indexed}) v
            WHERE value <> '' GROUP BY value ORDER BY count(*) DESC, value LIMIT {MaxValues}
            """
        );
        command.Parameters.Add(new() { Value = projectId });
        var values = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }
}
