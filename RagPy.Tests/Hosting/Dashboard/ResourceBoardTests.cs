using RagPy.Hosting.ResourceService;
using RagPy.Hosting.ResourceService.Protocol;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting.Dashboard;

/// <summary>Watchers of the rows, fast and slow, early and late.</summary>
public sealed class ResourceBoardTests
{
    private readonly Dictionary<string, Resource> _rows = Rows(("a", "Starting"), ("b", "Running"));
    private readonly ChangeSignal _changes = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_gets_all_rows_then_what_changed_and_what_went()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var board = new ResourceBoard(Read, _changes, TimeProvider.System);
        await using var watch = board.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(["a", "b"], watch.Current.InitialData.Resources.Select(row => row.Name).Order(StringComparer.Ordinal));
        var keep = board.RunAsync(end.Token);

        Set(Rows(("a", "Running")));
        Assert.True(await watch.MoveNextAsync());

        var changes = watch.Current.Changes.Value;
        Assert.Equal("b", Assert.Single(changes, change => change.Delete is not null).Delete.ResourceName);
        Assert.Equal("Running", Assert.Single(changes, change => change.Upsert is not null).Upsert.State);
        await end.CancelAsync();
        await keep;
    }

    [Fact]
    public async Task A_slow_watcher_gets_what_is_and_not_all_that_was()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var board = new ResourceBoard(Read, _changes, TimeProvider.System);
        var keep = board.RunAsync(end.Token);
        await using var slow = board.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        await using var fast = board.WatchAsync(end.Token).GetAsyncEnumerator(end.Token);
        Assert.True(await slow.MoveNextAsync());
        Assert.True(await fast.MoveNextAsync());

        foreach (var state in new[] { "Stopping", "Exited", "Running" })
        {
            Set(Rows(("a", state), ("b", "Running")));
            Assert.True(await fast.MoveNextAsync());
            Assert.Equal(state, Assert.Single(fast.Current.Changes.Value).Upsert.State);
        }

        Assert.True(await slow.MoveNextAsync());
        Assert.Equal("Running", Assert.Single(slow.Current.Changes.Value).Upsert.State);
        await end.CancelAsync();
        await keep;
    }

    [Fact]
    public void A_log_keeps_its_last_lines_and_their_numbers()
    {
        var log = new ReplicaLog(TimeProvider.System);
        for (var i = 1; i <= 6_000; i++)
        {
            log.Add($"line {i}", isError: false);
        }

        log.Add(new string('x', ReplicaLog.LongestLine * 2), isError: true);
        var kept = log.Read(after: 0);

        Assert.Equal(1_002, kept[0].Number);
        Assert.Equal("line 1002", kept[0].Text);
        Assert.Equal(6_001, kept[^1].Number);
        Assert.Equal(ReplicaLog.LongestLine + 1, kept[^1].Text.Length);
    }

    private static Dictionary<string, Resource> Rows(params (string Name, string State)[] rows) =>
        rows.ToDictionary(row => row.Name, row => new Resource { Name = row.Name, State = row.State });

    private Dictionary<string, Resource> Read()
    {
        lock (_rows)
        {
            return new Dictionary<string, Resource>(_rows);
        }
    }

    private void Set(Dictionary<string, Resource> rows)
    {
        lock (_rows)
        {
            _rows.Clear();
            foreach (var (name, row) in rows)
            {
                _rows[name] = row;
            }
        }

        _changes.Signal();
    }
}
