using Microsoft.Extensions.Logging.Abstractions;
using RagPy.Core.Indexing;
using Xunit;

namespace RagPy.Tests.Indexing;

public sealed class EmbeddedVectorStoreTests(PostgresFixture postgres) : VectorStoreConformanceTests(postgres)
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"ragpy-index-{Guid.NewGuid():N}");

    private EmbeddedVectorStore Embedded => (EmbeddedVectorStore)Store;

    private string[] Files =>
        Directory.GetFiles(Path.Combine(_folder, ProjectId.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public async Task Merging_changes_files_and_no_answer()
    {
        // Fifteen writes.
        await AddDocumentsAsync(60);

        Assert.InRange(Files.Length, 1, MergePlanner.Fan);
        Assert.Equal(0, await Embedded.MergeAsync(ProjectId, Token));
        await AssertExactAsync(null);
        Assert.Equal(Current.Sum(p => p.Count), (await ScanAsync()).Count);
    }

    [Fact]
    public async Task Merging_keeps_a_generation_that_is_written_and_not_current_yet()
    {
        await AddDocumentsAsync(8);
        var coming = IndexSeeds.Points(1, Current.First()[0].DocumentId, Guid.NewGuid(), 3);
        await Store.WriteAsync(ProjectId, coming, Token);

        await AddDocumentsAsync(4 * MergePlanner.Fan);

        Assert.Equal(3, await Store.CountAsync(ProjectId, coming[0].DocumentId, coming[0].Generation, Token));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("truncated")]
    [InlineData("overwritten")]
    public async Task A_damaged_file_is_rebuilt_from_PostgreSQL_instead_of_answering_wrongly(string damage)
    {
        await AddDocumentsAsync(9);
        await IndexSeeds.AddChunksAsync(Database.DataSource, ProjectId, Current.SelectMany(p => p));
        Damage(Files[1], damage);

        if (damage == "overwritten")
        {
            // The frame is whole: only the checksum tells.
            Assert.False(await Embedded.VerifyAsync(ProjectId, Token));
        }

        await AssertExactAsync(null);
        Assert.True(await Embedded.VerifyAsync(ProjectId, Token));
    }

    [Fact]
    public async Task A_rebuilt_project_gives_the_same_points_and_leaves_half_made_generations_out()
    {
        await AddDocumentsAsync(9);
        await IndexSeeds.AddChunksAsync(Database.DataSource, ProjectId, Current.SelectMany(p => p));
        var half = IndexSeeds.Points(4, Current.First()[0].DocumentId, Guid.NewGuid(), 2);
        await IndexSeeds.AddChunksAsync(Database.DataSource, ProjectId, half);
        await using (var open = Database.DataSource.CreateCommand("UPDATE chunks SET dense = NULL, sparse = NULL WHERE id = $1"))
        {
            open.Parameters.Add(new() { Value = half[1].Id });
            await open.ExecuteNonQueryAsync(Token);
        }

        var before = await ScanAsync();

        await Embedded.RebuildAsync(ProjectId, Token);

        Assert.Equal(before.Select(p => p.Id).Order(), (await ScanAsync()).Select(p => p.Id).Order());
        await AssertExactAsync(null);
    }

    [Fact]
    public async Task A_point_that_got_its_vector_later_has_it_after_merges_too_and_one_without_is_rebuilt_without()
    {
        var (document, generation) = (Guid.NewGuid(), Guid.NewGuid());
        var whole = IndexSeeds.Points(4, document, generation, 6);
        List<IndexPoint> partly = [.. whole.Select(p => p.Ordinal == 2 ? p with { Dense = default } : p)];
        await Store.WriteAsync(ProjectId, partly, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, generation);
        await IndexSeeds.AddChunksAsync(Database.DataSource, ProjectId, partly);
        await Embedded.RebuildAsync(ProjectId, Token);
        Assert.Equal(partly.Select(p => p.Dense.Length), (await ScanAsync()).OrderBy(p => p.Ordinal).Select(p => p.Dense.Length));

        await Store.WriteAsync(ProjectId, whole, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, generation);
        await AddDocumentsAsync(4 * MergePlanner.Fan);

        Assert.All((await ScanAsync()).Where(p => p.DocumentId == document), p => Assert.Equal(24, p.Dense.Length));
        var answer = await Store.QueryAsync(new StoreQuery(ProjectId, whole[2].Dense, whole[2].Sparse, 200, null), Token);
        Assert.Single(answer.Dense, hit => hit.DocumentId == document && hit.Ordinal == 2);
        Assert.Single(answer.Sparse, hit => hit.DocumentId == document && hit.Ordinal == 2);
    }

    [Fact]
    public async Task Another_process_sees_a_switch_and_a_merge_at_its_next_query()
    {
        using var replica = Create();
        await AddDocumentsAsync(30);
        var like = Current.First()[0];
        var query = new StoreQuery(ProjectId, like.Dense, null, 1, null);
        Assert.Equal(like.DocumentId, (await replica.QueryAsync(query, Token)).Dense[0].DocumentId);

        await Embedded.MergeAsync(ProjectId, Token);
        Assert.Equal(like.DocumentId, (await replica.QueryAsync(query, Token)).Dense[0].DocumentId);

        await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, like.DocumentId, null);
        Assert.NotEqual(like.DocumentId, (await replica.QueryAsync(query, Token)).Dense[0].DocumentId);
    }

    [Fact]
    public async Task Searches_merges_and_replacements_at_once_never_disturb_each_other()
    {
        await AddDocumentsAsync(60);
        var steady = Current.Skip(30).ToList();
        using var stop = new CancellationTokenSource();
        var searches = Enumerable
            .Range(0, 4)
            .Select(async worker =>
            {
                var random = new Random(worker);
                while (!stop.IsCancellationRequested)
                {
                    var like = steady[random.Next(steady.Count)][0];
                    var answer = await Store.QueryAsync(new StoreQuery(ProjectId, like.Dense, null, 1, null), Token);
                    Assert.Equal(1f, answer.Dense[0].Score, 1e-4f);
                }
            })
            .ToList();

        for (var round = 0; round < 8; round++)
        {
            var document = Current.ElementAt(round)[0].DocumentId;
            var next = IndexSeeds.Points(500 + round, document, Guid.NewGuid(), 5);
            await Store.WriteAsync(ProjectId, next, Token);
            await IndexSeeds.SwitchAsync(Database.DataSource, ProjectId, document, next[0].Generation);
            await Embedded.MergeAsync(ProjectId, Token);
            await Store.RemoveStaleAsync(ProjectId, [document], Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(searches);
    }

    [Fact]
    public async Task Refuse_of_a_crash_is_swept_when_it_is_old_and_nothing_else()
    {
        await AddDocumentsAsync(4);
        var folder = Path.GetDirectoryName(Files[0])!;
        var old = Path.Combine(folder, $"{Guid.NewGuid():N}.seg");
        var half = Path.Combine(folder, $"{Guid.NewGuid():N}.seg.tmp");
        var young = Path.Combine(folder, $"{Guid.NewGuid():N}.seg");
        foreach (var file in (string[])[old, half, young, .. Files])
        {
            await File.AppendAllTextAsync(file, "", Token);
            File.SetLastWriteTimeUtc(file, file == young ? DateTime.UtcNow : DateTime.UtcNow.AddHours(-1));
        }

        Assert.Equal(2, await Embedded.SweepAsync(Token));
        Assert.True(File.Exists(young));
        await AssertExactAsync(null);
    }

    [Fact]
    public async Task The_project_searched_longest_ago_is_let_go_when_memory_is_short_and_comes_back_when_asked()
    {
        using var small = Create(memory: 1);
        await AddDocumentsAsync(6);
        var other = await IndexSeeds.AddProjectAsync(Database.DataSource);
        var points = IndexSeeds.Points(9, Guid.NewGuid(), Guid.NewGuid(), 6);
        await small.WriteAsync(other, points, Token);
        await IndexSeeds.SwitchAsync(Database.DataSource, other, points[0].DocumentId, points[0].Generation);

        for (var i = 0; i < 5; i++)
        {
            var here = Current.First()[0];
            var first = await small.QueryAsync(new StoreQuery(ProjectId, here.Dense, null, 1, null), Token);
            var second = await small.QueryAsync(new StoreQuery(other, points[2].Dense, null, 1, null), Token);
            Assert.Equal((here.DocumentId, 2), (first.Dense[0].DocumentId, second.Dense[0].Ordinal));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    protected override Task<IVectorStore> CreateStoreAsync() => Task.FromResult<IVectorStore>(Create());

    private static void Damage(string file, string damage)
    {
        switch (damage)
        {
            case "deleted":
                File.Delete(file);
                break;
            case "truncated":
                using (var stream = File.OpenWrite(file))
                {
                    stream.SetLength(stream.Length / 2);
                }

                break;
            default:
                using (var stream = File.OpenWrite(file))
                {
                    stream.Position = 700;
                    stream.Write("something else"u8);
                }

                break;
        }
    }

    private EmbeddedVectorStore Create(long memory = 1L << 30) =>
        new(
            Database.DataSource,
            new EmbeddedStoreOptions { Folder = _folder, MemoryBudget = memory },
            TimeProvider.System,
            NullLogger<EmbeddedVectorStore>.Instance
        );
}
