using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Claims, leases, fences and turns, on the statements themselves.</summary>
public sealed class WorkItemStoreTests(PostgresFixture postgres)
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(45);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_late_completion_of_an_expired_lease_changes_nothing()
    {
        await using var setup = await SetupAsync(people: 1, itemsEach: 1);
        var first = Assert.Single(await setup.Store.ClaimAsync(Stage.Extract, 5, 0, setup.Worker, s_lease, Token));
        setup.Clock.Advance(s_lease + TimeSpan.FromSeconds(1));
        Assert.Equal([Stage.Extract], await setup.Store.ReturnExpiredAsync(Token));
        var second = Assert.Single(await setup.Store.ClaimAsync(Stage.Extract, 5, 0, setup.Worker, s_lease, Token));

        await using var connection = await setup.Host.Database.DataSource.OpenConnectionAsync(Token);
        Assert.Empty(await setup.Store.AdvanceAsync(connection, [first], Stage.Chunk, Token));
        Assert.Empty(await setup.Store.FinishAsync(connection, [first], Token));
        Assert.False(await setup.Store.FailAsync(connection, first, new Failure(FailureCode.Internal, "late"), Token));
        await setup.Store.ReturnAsync(first, TimeSpan.Zero, null, countsAsFailure: true, Token);
        Assert.Empty(await setup.Store.HeartbeatAsync([first], s_lease, Token));

        Assert.Equal([second.Id], await setup.Store.HeartbeatAsync([second], s_lease, Token));
        Assert.Equal([second.Id], await setup.Store.AdvanceAsync(connection, [second], Stage.Chunk, Token));
        Assert.True(second.Fence > first.Fence);
    }

    [Fact]
    public async Task A_heartbeat_keeps_a_lease_and_a_dead_worker_loses_it_at_once()
    {
        await using var setup = await SetupAsync(people: 1, itemsEach: 2);
        var items = await setup.Store.ClaimAsync(Stage.Extract, 1, 0, setup.Worker, s_lease, Token);
        var orphan = await setup.Store.ClaimAsync(Stage.Extract, 1, 0, workerId: 999_999, s_lease, Token);
        setup.Clock.Advance(TimeSpan.FromSeconds(40));
        await setup.Store.HeartbeatAsync(items, s_lease, Token);
        setup.Clock.Advance(TimeSpan.FromSeconds(40));

        await setup.Store.ReturnExpiredAsync(Token);

        Assert.Equal(orphan[0].Id, Assert.Single(await setup.Store.ClaimAsync(Stage.Extract, 5, 0, setup.Worker, s_lease, Token)).Id);
    }

    [Fact]
    public async Task People_take_turns_then_priority_then_age()
    {
        await using var setup = await SetupAsync(people: 3, itemsEach: 4);
        await setup.ExecuteAsync("UPDATE work_items SET priority = 5 WHERE id = (SELECT max(id) FROM work_items WHERE person_id = 102)");

        var batch = await setup.Store.ClaimAsync(Stage.Extract, 7, afterPerson: 101, setup.Worker, s_lease, Token);

        Assert.Equal([102L, 103, 101, 102, 103, 101, 102], batch.Select(i => i.PersonId));
        var mine = batch.Where(i => i.PersonId == 102).Select(i => i.Id).ToArray();
        Assert.True(mine[0] > mine[1]);
        Assert.True(mine[1] < mine[2]);
    }

    [Fact]
    public async Task One_person_with_a_mountain_of_work_does_not_keep_another_waiting()
    {
        await using var setup = await SetupAsync(people: 2, itemsEach: 1);
        await setup.AddItemsAsync(person: 101, count: 200);
        long last = 0;
        var served = new List<long>();
        for (var i = 0; i < 2; i++)
        {
            var item = Assert.Single(await setup.Store.ClaimAsync(Stage.Extract, 1, last, setup.Worker, s_lease, Token));
            served.Add(last = item.PersonId);
        }

        Assert.Equal([101L, 102], served);
    }

    [Fact]
    public async Task An_item_that_waits_for_its_time_is_not_claimed_before()
    {
        await using var setup = await SetupAsync(people: 1, itemsEach: 1);
        var item = Assert.Single(await setup.Store.ClaimAsync(Stage.Extract, 1, 0, setup.Worker, s_lease, Token));
        await setup.Store.ReturnAsync(
            item,
            TimeSpan.FromMinutes(2),
            new Failure(FailureCode.ProviderQuota, "Too many requests."),
            true,
            Token
        );

        setup.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Empty(await setup.Store.ClaimAsync(Stage.Extract, 1, 0, setup.Worker, s_lease, Token));
        setup.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, Assert.Single(await setup.Store.ClaimAsync(Stage.Extract, 1, 0, setup.Worker, s_lease, Token)).Failures);
    }

    [Fact]
    public async Task Concurrent_claims_never_give_an_item_twice()
    {
        await using var setup = await SetupAsync(people: 3, itemsEach: 100);

        var batches = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    var all = new List<ClaimedItem>();
                    for (var i = 0; i < 60 && all.Count < 300; i++)
                    {
                        all.AddRange(await setup.Store.ClaimAsync(Stage.Extract, 7, 0, setup.Worker, s_lease, Token));
                    }

                    return all;
                })
        );

        var ids = batches.SelectMany(b => b).Select(i => i.Id).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(300, ids.Length);
    }

    [Fact]
    public void Backoff_doubles_with_jitter_and_honours_what_the_other_side_asks_for()
    {
        var random = new Random(1);
        for (var failures = 0; failures < 12; failures++)
        {
            var delay = Backoff.Delay(TimeSpan.FromSeconds(2), failures, null, random);
            var middle = Math.Min(2 * Math.Pow(2, failures), 300);
            Assert.InRange(delay.TotalSeconds, middle * 0.5, middle * 1.5);
        }

        Assert.InRange(Backoff.Delay(TimeSpan.FromSeconds(2), 0, TimeSpan.FromSeconds(60), random).TotalSeconds, 60, 66);
    }

    private async Task<Setup> SetupAsync(int people, int itemsEach)
    {
        var host = await PipelineHost.CreateAsync(postgres);
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        var identity = host.Get<WorkerIdentity>();
        await identity.RegisterAsync(Token);
        var setup = new Setup(host, new WorkItemStore(host.Database.DataSource, clock), clock, identity);
        await setup.PrepareAsync(people, itemsEach);
        return setup;
    }

    private sealed class Setup(PipelineHost host, WorkItemStore store, ManualClock clock, WorkerIdentity identity) : IAsyncDisposable
    {
        public PipelineHost Host { get; } = host;

        public WorkItemStore Store { get; } = store;

        public ManualClock Clock { get; } = clock;

        public int Worker { get; } = identity.Id;

        /// <summary>The clock's time as SQL: items are due by the clock that claims them, whatever PostgreSQL's says.</summary>
        private string Now => $"'{Clock.GetUtcNow():O}'::timestamptz";

        public async Task PrepareAsync(int people, int itemsEach)
        {
            await ExecuteAsync(
                $"""
                INSERT INTO sessions (project_id, name, source_kind, source_location, settings, created_by, created_at, updated_at, cleaned_up)
                VALUES ({Host.ProjectId}, 's', '', '/s', '{"{}"}', {Host.PersonId}, now(), now(), false);
                INSERT INTO tasks (project_id, session_id, person_id, state, last_stage, priority, documents, documents_done, documents_failed, pages_done,
                                   added, changed, unchanged, removed, retry_failed, source_read, created_at)
                SELECT {Host.ProjectId}, id, {Host.PersonId}, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, true, now() FROM sessions;
                """
            );
            for (var i = 0; i < people; i++)
            {
                await AddItemsAsync(101 + i, itemsEach);
            }
        }

        public Task AddItemsAsync(long person, int count) =>
            ExecuteAsync(
                $"""
                INSERT INTO work_items (task_id, project_id, session_id, person_id, stage, state, priority, attempts, failures, fence, not_before, created_at,
                                        updated_at)
                SELECT t.id, t.project_id, t.session_id, {person}, 1, 1, 0, 0, 0, 0, {Now} - interval '1 second', {Now}, {Now}
                FROM tasks t, generate_series(1, {count})
                """
            );

        public async Task ExecuteAsync(string sql)
        {
            await using var command = Host.Database.DataSource.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Token);
        }

        public async ValueTask DisposeAsync()
        {
            await identity.UnregisterAsync(CancellationToken.None);
            await Host.DisposeAsync();
        }
    }
}
