using RagPy.Core.Embedding;
using RagPy.Core.Indexing;
using Xunit;

namespace RagPy.Tests.Indexing;

/// <summary>What every vector store must do. A new store is a class that inherits this and says how to create one.</summary>
public abstract class VectorStoreConformanceTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly List<Guid> _documents = [];
    private readonly Dictionary<Guid, List<IndexPoint>> _current = [];

    protected TestDatabase Database { get; private set; } = null!;

    protected IVectorStore Store { get; private set; } = null!;

    protected long ProjectId { get; private set; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync();
        Store = await CreateStoreAsync();
        ProjectId = await IndexSeeds.AddProjectAsync(Database.DataSource);
    }

    /// <summary>Average length that the store computes weights with; null when it always takes that of the current points.</summary>
    protected virtual Task<double?> FrozenLengthAsync() => Task.FromResult<double?>(null);

    /// <summary>Points without a term count in idf.</summary>
    protected virtual bool CountsEmpty => true;

    /// <summary>Points that are not current have no part in idf; otherwise only once they are removed.</summary>
    protected virtual bool IgnoresStale => true;

    /// <summary>The store's statistics come from the chunks in PostgreSQL, which must be there too.</summary>
    protected virtual bool NeedsChunks => false;

    public virtual async ValueTask DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Answers_are_those_of_a_search_through_everything()
    {
        await AddDocumentsAsync(40);
        await AssertExactAsync(null);
    }

    [Fact]
    public async Task Replaced_and_withdrawn_documents_count_for_nothing_not_even_in_statistics()
    {
        await AddDocumentsAsync(30);
        for (var i = 0; i < 10; i++)
        {
            await ReplaceAsync(_documents[i], seed: 1_000 + i, points: i);
        }

        await SwitchAsync(_documents[10], null);
        _current.Remove(_documents[10]);

        await AssertExactAsync(null);
    }

    [Fact]
    public async Task A_filter_leaves_only_its_documents_and_the_statistics_of_all()
    {
        await AddDocumentsAsync(30);

        await AssertExactAsync(_documents.Take(7).Append(Guid.NewGuid()).ToHashSet());
        await AssertExactAsync(new HashSet<Guid>());
    }

    [Fact]
    public async Task What_is_written_but_not_current_is_counted_and_not_found()
    {
        var (document, generation) = (Guid.NewGuid(), Guid.NewGuid());
        var points = IndexSeeds.Points(1, document, generation, 5);
        await Store.WriteAsync(ProjectId, points, Token);

        Assert.Equal(5, await Store.CountAsync(ProjectId, document, generation, Token));
        Assert.Equal(0, await Store.CountAsync(ProjectId, document, Guid.NewGuid(), Token));
        Assert.Empty((await QueryAsync(points[0], 10, null)).Dense);

        await SwitchAsync(document, generation);

        Assert.Equal(5, (await QueryAsync(points[0], 10, null)).Dense.Count);
    }

    [Fact]
    public async Task Writing_a_generation_again_changes_nothing()
    {
        await AddDocumentsAsync(10);
        var again = _current[_documents[3]];
        await Store.WriteAsync(ProjectId, again, Token);
        await Store.WriteAsync(ProjectId, [.. again, .. _current[_documents[4]]], Token);
        await SwitchAsync(_documents[3], again[0].Generation);

        Assert.Equal(again.Count, await Store.CountAsync(ProjectId, _documents[3], again[0].Generation, Token));
        Assert.Equal(_current.Values.Sum(p => p.Count), (await ScanAsync()).Count);
        await AssertExactAsync(null);
    }

    [Fact]
    public async Task Stale_points_are_erased_and_the_others_stay()
    {
        await AddDocumentsAsync(12);
        var old = _current[_documents[0]][0].Generation;
        await ReplaceAsync(_documents[0], seed: 77, points: 4);
        await SwitchAsync(_documents[1], null);
        _current.Remove(_documents[1]);
        var bystander = IndexSeeds.Points(5, _documents[2], Guid.NewGuid(), 3);
        await Store.WriteAsync(ProjectId, bystander, Token);

        await Store.RemoveStaleAsync(ProjectId, [_documents[0], _documents[1], Guid.NewGuid()], Token);

        Assert.Equal(0, await Store.CountAsync(ProjectId, _documents[0], old, Token));
        Assert.Equal(3, await Store.CountAsync(ProjectId, _documents[2], bystander[0].Generation, Token));
        Assert.Equal(
            _current.Values.SelectMany(p => p).Concat(bystander).Select(p => p.Id).Order(),
            (await ScanAsync()).Select(p => p.Id).Order()
        );
        await AssertExactAsync(null);
    }

    [Fact]
    public async Task Points_come_back_as_they_were_written()
    {
        var points = IndexSeeds.Points(3, Guid.NewGuid(), Guid.NewGuid(), 20);
        await Store.WriteAsync(ProjectId, points, Token);

        var found = (await ScanAsync()).OrderBy(p => p.Ordinal).ToList();

        Assert.Equal(points.Select(p => p.Id), found.Select(p => p.Id));
        Assert.All(points.Zip(found), pair => Assert.Equal(pair.First.Dense.ToArray(), pair.Second.Dense.ToArray()));
        Assert.All(points.Zip(found), pair => Assert.Equal(pair.First.Sparse.Terms, pair.Second.Sparse.Terms));
        Assert.All(points.Zip(found), pair => Assert.Equal(pair.First.Sparse.Counts, pair.Second.Sparse.Counts));
        Assert.All(points.Zip(found), pair => Assert.Equal(pair.First.Sparse.Length, pair.Second.Sparse.Length));
    }

    [Fact]
    public async Task Projects_never_see_each_other()
    {
        await AddDocumentsAsync(5);
        var other = await IndexSeeds.AddProjectAsync(Database.DataSource);
        var points = IndexSeeds.Points(9, Guid.NewGuid(), Guid.NewGuid(), 6);
        await Store.WriteAsync(other, points, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, other, points[0].DocumentId, points[0].Generation);

        await AssertExactAsync(null);
        var answer = await Store.QueryAsync(new StoreQuery(other, points[0].Dense, null, 50, null), Token);
        Assert.All(answer.Dense, hit => Assert.Equal(points[0].DocumentId, hit.DocumentId));

        await Store.RemoveProjectAsync(other, Token);

        Assert.Empty((await Store.QueryAsync(new StoreQuery(other, points[0].Dense, null, 50, null), Token)).Dense);
        await AssertExactAsync(null);
    }

    [Fact]
    public async Task Vectors_of_another_length_are_not_compared()
    {
        await AddDocumentsAsync(4);
        var wide = IndexSeeds.Points(8, Guid.NewGuid(), Guid.NewGuid(), 3, dimension: 100);
        await Store.WriteAsync(ProjectId, wide, Token);
        await SwitchAsync(wide[0].DocumentId, wide[0].Generation);

        var answer = await Store.QueryAsync(new StoreQuery(ProjectId, wide[1].Dense, null, 50, null), Token);

        Assert.Equal(3, answer.Dense.Count);
        Assert.Equal(1, answer.Dense[0].Ordinal);
    }

    [Fact]
    public async Task A_vector_that_is_not_of_unit_length_is_refused()
    {
        var point = IndexSeeds.Points(1, Guid.NewGuid(), Guid.NewGuid(), 1)[0] with { Dense = new float[24] };

        await Assert.ThrowsAsync<ArgumentException>(() => Store.WriteAsync(ProjectId, [point], Token));
    }

    [Fact]
    public async Task A_point_without_a_vector_is_found_by_its_words_or_left_out_until_it_has_one()
    {
        await AddDocumentsAsync(5);
        var (document, generation) = (Guid.NewGuid(), Guid.NewGuid());
        var whole = IndexSeeds.Points(4, document, generation, 6);
        List<IndexPoint> partly = [.. whole.Select(p => p.Ordinal == 2 ? p with { Dense = default } : p)];
        var takes = await Store.TakesPointsWithoutVectorAsync(ProjectId, Token);
        await Store.WriteAsync(ProjectId, partly, Token);
        await SwitchAsync(document, generation);
        await AddChunksAsync(partly);

        var without = await QueryAsync(whole[2], 200, null);

        Assert.Equal(takes ? 6 : 5, await Store.CountAsync(ProjectId, document, generation, Token));
        Assert.DoesNotContain(without.Dense, IsIt);
        Assert.Equal(takes, without.Sparse.Any(IsIt));
        Assert.All(await ScanAsync(), p => Assert.Equal(takes && p.DocumentId == document && p.Ordinal == 2, p.Dense.Length == 0));

        await Store.WriteAsync(ProjectId, whole, Token);
        await SwitchAsync(document, generation);
        var with = await QueryAsync(whole[2], 200, null);

        Assert.Equal(6, await Store.CountAsync(ProjectId, document, generation, Token));
        Assert.Single(with.Dense, hit => IsIt(hit));
        Assert.Single(with.Sparse, hit => IsIt(hit));

        bool IsIt(PointHit hit) => hit.DocumentId == document && hit.Ordinal == 2;
    }

    [Fact]
    public async Task Many_queries_at_once_get_each_its_own_answer()
    {
        await AddDocumentsAsync(25);
        var all = _current.Values.SelectMany(p => p).ToList();

        var answers = await Task.WhenAll(
            all.Take(60).Select((p, i) => QueryAsync(p, 1 + i % 7, i % 5 == 0 ? _documents.Take(9).ToHashSet() : null))
        );

        for (var i = 0; i < answers.Length; i++)
        {
            var filter = i % 5 == 0 ? _documents.Take(9).ToHashSet() : null;
            BruteForce.AssertSame(await ExpectAsync(all[i].Dense, all[i].Sparse, 1 + i % 7, filter), answers[i]);
        }
    }

    [Fact]
    public async Task Names_are_listed_without_vectors_and_also_of_what_is_not_current()
    {
        await AddDocumentsAsync(6);
        var coming = IndexSeeds.Points(1, _documents[0], Guid.NewGuid(), 3);
        await Store.WriteAsync(ProjectId, coming, Token);

        var names = new List<PointName>();
        await foreach (var name in Store.ListAsync(ProjectId, Token))
        {
            names.Add(name);
        }

        Assert.Equal(
            _current
                .Values.SelectMany(p => p)
                .Concat(coming)
                .Select(p => new PointName(p.Id, p.DocumentId, p.Generation, p.Ordinal))
                .OrderBy(n => n.Id),
            names.OrderBy(n => n.Id)
        );
    }

    [Fact]
    public async Task Maintenance_changes_no_answer()
    {
        await AddDocumentsAsync(12);

        await Store.MaintainAsync(ProjectId, Token);

        await AssertExactAsync(null);
    }

    protected abstract Task<IVectorStore> CreateStoreAsync();

    protected async Task AddDocumentsAsync(int count)
    {
        var batch = new List<IndexPoint>();
        for (var i = 0; i < count; i++)
        {
            var document = Guid.NewGuid();
            _documents.Add(document);
            _current[document] = IndexSeeds.Points(_documents.Count, document, Guid.NewGuid(), 1 + _documents.Count % 9);
            batch.AddRange(_current[document]);
            if (i % 4 == 3 || i == count - 1)
            {
                await Store.WriteAsync(ProjectId, batch, Token);
                batch.Clear();
            }
        }

        foreach (var document in _documents)
        {
            await SwitchAsync(document, _current[document][0].Generation);
        }

        await AddChunksAsync(_documents[^count..].SelectMany(d => _current[d]));
    }

    private async Task AddChunksAsync(IEnumerable<IndexPoint> points)
    {
        if (NeedsChunks)
        {
            await IndexSeeds.AddChunksAsync(Database.DataSource, ProjectId, points);
        }
    }

    protected IReadOnlyCollection<List<IndexPoint>> Current => _current.Values;

    protected async Task AssertExactAsync(IReadOnlySet<Guid>? filter)
    {
        if (!IgnoresStale)
        {
            await AssertOnlyCurrentAsync();
            await Store.RemoveStaleAsync(ProjectId, _documents, Token);
        }

        var random = new Random(42);
        foreach (var top in (int[])[1, 3, 10, 1_000])
        {
            var dense = IndexSeeds.Vector(random, 24);
            var sparse = IndexSeeds.Sparse(random, 60, 6);
            var answer = await Store.QueryAsync(new StoreQuery(ProjectId, dense, sparse, top, filter), Token);
            BruteForce.AssertSame(await ExpectAsync(dense, sparse, top, filter), answer);
        }
    }

    private async Task<(List<PointHit> Dense, List<PointHit> Sparse)> ExpectAsync(
        ReadOnlyMemory<float> dense,
        SparseVector sparse,
        int top,
        IReadOnlySet<Guid>? filter
    ) => BruteForce.Query(_current.Values, dense, sparse, top, filter, await FrozenLengthAsync(), CountsEmpty);

    /// <summary>Before anything is removed, no side shows what is not current, and the dense side, which needs no statistics, is exact.</summary>
    private async Task AssertOnlyCurrentAsync()
    {
        var random = new Random(43);
        var dense = IndexSeeds.Vector(random, 24);
        var sparse = IndexSeeds.Sparse(random, 60, 6);
        foreach (var top in (int[])[3, 1_000])
        {
            var answer = await Store.QueryAsync(new StoreQuery(ProjectId, dense, sparse, top, null), Token);
            var (expected, found) = await ExpectAsync(dense, sparse, top, null);
            BruteForce.AssertSame((expected, []), answer with { Sparse = [] });
            Assert.Equal(found.Count, answer.Sparse.Count);
            Assert.All(answer.Sparse, hit => Assert.Equal(_current[hit.DocumentId][0].Generation, hit.Generation));
        }
    }

    protected async Task<List<IndexPoint>> ScanAsync()
    {
        var points = new List<IndexPoint>();
        await foreach (var point in Store.ScanAsync(ProjectId, Token))
        {
            points.Add(point);
        }

        return points;
    }

    private async Task ReplaceAsync(Guid document, int seed, int points)
    {
        var next = IndexSeeds.Points(seed, document, Guid.NewGuid(), points);
        await Store.WriteAsync(ProjectId, next, Token);
        await SwitchAsync(document, next.Count > 0 ? next[0].Generation : Guid.NewGuid());
        await AddChunksAsync(next);
        _current[document] = next;
    }

    private Task SwitchAsync(Guid document, Guid? generation) =>
        IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, generation);

    private Task<StoreAnswer> QueryAsync(IndexPoint like, int top, IReadOnlySet<Guid>? filter) =>
        Store.QueryAsync(new StoreQuery(ProjectId, like.Dense, like.Sparse, top, filter), Token);
}
