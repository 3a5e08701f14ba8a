namespace RagPy.Core.Indexing.Remote;

/// <summary>Finds, makes and removes the places of projects in Pinecone. Their state is in PostgreSQL: a namespace has no settings.</summary>
internal sealed class PineconeProjects(ProjectStores stores, PineconeIndexes indexes, PineconeData data)
{
    /// <summary>The project's place, or null when it has none.</summary>
    public async Task<PineconeProject?> FindAsync(long projectId, CancellationToken cancellationToken)
    {
        var row = await stores.FindAsync(projectId, StoreKinds.Pinecone, cancellationToken).ConfigureAwait(false);
        return row?.State is { } state ? new PineconeProject(projectId, row.Name, PineconeState.Read(state)) : null;
    }

    /// <summary>The project's place with room for vectors as the points have; made where it is missing.</summary>
    public async Task<PineconeProject> EnsureAsync(long projectId, IReadOnlyList<IndexPoint> points, CancellationToken cancellationToken)
    {
        var dimensions = points.Select(p => p.Dense.Length).Distinct().ToList();
        if (
            await FindAsync(projectId, cancellationToken).ConfigureAwait(false) is { } found
            && dimensions.TrueForAll(found.State.Dimensions.Contains)
        )
        {
            return found;
        }

        // The average is frozen once, and no length of vectors that another writer adds may be lost.
        await using var held = await stores.LockAsync(projectId, cancellationToken).ConfigureAwait(false);
        var row = await stores.GetOrCreateAsync(projectId, StoreKinds.Pinecone, cancellationToken).ConfigureAwait(false);
        var state = row.State is { } json
            ? PineconeState.Read(json)
            : new PineconeState(
                1,
                1,
                await stores.MeasureLengthAsync(projectId, points, cancellationToken).ConfigureAwait(false),
                points.Count,
                [],
                []
            );
        foreach (var dimension in dimensions.Except(state.Dimensions))
        {
            await indexes.EnsureAsync(dimension, cancellationToken).ConfigureAwait(false);
        }

        return await SaveAsync(
                new PineconeProject(projectId, row.Name, state),
                state with
                {
                    Dimensions = [.. state.Dimensions.Union(dimensions).Order()],
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Keeps a new state of a project's place.</summary>
    /// <exception cref="OperationCanceledException">The project is gone.</exception>
    public async Task<PineconeProject> SaveAsync(PineconeProject project, PineconeState state, CancellationToken cancellationToken)
    {
        await stores.SaveStateAsync(project.Id, StoreKinds.Pinecone, state.Write(), cancellationToken).ConfigureAwait(false);
        return project with { State = state };
    }

    /// <summary>Removes the project's namespaces of some numbers from every index it has points in.</summary>
    public async Task DropAsync(PineconeProject project, IEnumerable<int> versions, CancellationToken cancellationToken)
    {
        foreach (var version in versions)
        {
            foreach (var dimension in project.State.Dimensions)
            {
                // Also from an index that is not fit any more.
                if (await indexes.DescribeAsync(dimension, cancellationToken).ConfigureAwait(false) is { } index)
                {
                    var space = PineconeState.Namespace(project.Name, version);
                    await data.DropAsync(index, space, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Removes everything of a project, also what was left of attempts that were cut off.</summary>
    public async Task RemoveAsync(long projectId, CancellationToken cancellationToken)
    {
        if (await FindAsync(projectId, cancellationToken).ConfigureAwait(false) is { } project)
        {
            await DropAsync(project, [project.State.Version, .. project.State.Retired], cancellationToken).ConfigureAwait(false);
        }

        await stores.RemoveAsync(projectId, StoreKinds.Pinecone, cancellationToken).ConfigureAwait(false);
    }
}
