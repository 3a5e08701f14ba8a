using System.Collections.Concurrent;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Makes, finds and removes the class and the tenants in Weaviate.</summary>
internal sealed class WeaviateSchema(StoreClient client, ProjectStores stores)
{
    private const string ClassPath = $"v1/schema/{WeaviateClass.Name}";

    /// <summary>Tenants that are there.</summary>
    private readonly ConcurrentDictionary<string, bool> _tenants = [];

    /// <summary>Lengths of vectors that the class had room for when last seen; none goes.</summary>
    private volatile IReadOnlySet<int> _dimensions = new HashSet<int>();

    /// <summary>The project's tenant, in a class with room for vectors as the points have; made where it is missing.</summary>
    /// <exception cref="DocumentFailedException">There is a class of that name which cannot be used.</exception>
    public async Task<string> EnsureAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        var dimensions = points.Select(p => p.Dense.Length).Where(d => d > 0).ToHashSet();
        var row = await stores.GetOrCreateAsync(projectId, StoreKinds.Weaviate, cancellationToken).ConfigureAwait(false);
        if (_tenants.ContainsKey(row.Name) && dimensions.IsSubsetOf(_dimensions))
        {
            return row.Name;
        }

        await using var held = await stores.LockAllAsync(cancellationToken).ConfigureAwait(false);
        _dimensions = await EnsureClassAsync(dimensions, cancellationToken).ConfigureAwait(false);
        if (!await HasTenantAsync(row.Name, cancellationToken).ConfigureAwait(false))
        {
            var call = StoreCall.With(
                HttpMethod.Post,
                $"{ClassPath}/tenants",
                StoreOperations.Manage,
                json =>
                {
                    json.WriteStartArray();
                    json.WriteStartObject();
                    json.WriteString("name", row.Name);
                    json.WriteEndObject();
                    json.WriteEndArray();
                }
            );
            await client.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }

        _tenants[row.Name] = true;
        return row.Name;
    }

    /// <summary>Something is not as it was seen here: looks anew when it is asked for next.</summary>
    public void Forget(string tenant)
    {
        _tenants.TryRemove(tenant, out _);
        _dimensions = new HashSet<int>();
    }

    /// <summary>Lengths of vectors that the class has room for, as far as known here; empty when there is no class.</summary>
    /// <param name="wanted">Looked for anew when it is not among those that are known; 0 for a look in any case.</param>
    public async Task<IReadOnlySet<int>> DimensionsAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_dimensions.Contains(wanted))
        {
            return _dimensions;
        }

        if (await FindAsync(cancellationToken).ConfigureAwait(false) is { } found)
        {
            _dimensions = found.Dimensions;
            return found.Dimensions;
        }

        return new HashSet<int>();
    }

    /// <summary>Whether the tenant is there.</summary>
    public async Task<bool> ExistsAsync(string tenant, CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken).ConfigureAwait(false) is not null
        && await HasTenantAsync(tenant, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes a project's tenant with everything in it; the class stays.</summary>
    public async Task RemoveAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await stores.FindAsync(projectId, StoreKinds.Weaviate, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return;
        }

        // No name: called off before anything was made.
        if (row.Name.Length > 0 && await ExistsAsync(row.Name, cancellationToken).ConfigureAwait(false))
        {
            var call = StoreCall.With(
                HttpMethod.Delete,
                $"{ClassPath}/tenants",
                StoreOperations.Manage,
                json =>
                {
                    json.WriteStartArray();
                    json.WriteStringValue(row.Name);
                    json.WriteEndArray();
                }
            );
            await client.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }

        Forget(row.Name);
        await stores.RemoveAsync(projectId, StoreKinds.Weaviate, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlySet<int>> EnsureClassAsync(HashSet<int> dimensions, CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (found?.Problem is { } problem)
        {
            throw new DocumentFailedException(FailureCode.ProviderError, problem);
        }

        if (found is not null && dimensions.IsSubsetOf(found.Dimensions))
        {
            return found.Dimensions;
        }

        var (method, path, definition) = found is null
            ? (HttpMethod.Post, "v1/schema", WeaviateClass.Create(dimensions))
            : (HttpMethod.Put, ClassPath, found.With(dimensions.Except(found.Dimensions)));
        try
        {
            var call = StoreCall.With(method, path, StoreOperations.Manage, json => definition.WriteTo(json));
            await client.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (ProviderRefusedException)
        {
            // Another installation that shares the server may have done it in the meantime.
            found = await FindAsync(cancellationToken).ConfigureAwait(false);
            if (found is null || found.Problem is not null || !dimensions.IsSubsetOf(found.Dimensions))
            {
                throw;
            }
        }

        return (found?.Dimensions ?? new HashSet<int>()).Union(dimensions).ToHashSet();
    }

    private Task<WeaviateClass?> FindAsync(CancellationToken cancellationToken) =>
        client.FindAsync(new StoreCall(HttpMethod.Get, ClassPath, StoreOperations.Manage), WeaviateClass.Read, cancellationToken);

    private async Task<bool> HasTenantAsync(string tenant, CancellationToken cancellationToken) =>
        await client
            .SendAsync(
                new StoreCall(HttpMethod.Get, $"{ClassPath}/tenants", StoreOperations.Manage),
                answer => answer.EnumerateArray().Any(t => t.GetProperty("name").ValueEquals(tenant)),
                cancellationToken
            )
            .ConfigureAwait(false);
}
