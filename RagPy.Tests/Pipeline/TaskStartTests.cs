using Npgsql;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>Starting a task while workers are at the session.</summary>
public sealed class TaskStartTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_that_loses_a_deadlock_with_a_worker_is_made_again()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("W", "Waits").With("w.pdf", "WAIT for it.");
        await host.Worker.StartAsync(Token);
        var first = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await host.Extractor.Waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);

        await using var worker = new NpgsqlConnection(host.Database.ConnectionString);
        await worker.OpenAsync(Token);
        await UntilAsync(worker, $"SELECT source_read FROM tasks WHERE id = {first.Id}");
        // So that the server ends the start, not this connection.
        await ExecuteAsync(worker, "SET deadlock_timeout = '1min'");
        await ExecuteAsync(worker, "BEGIN");
        await ExecuteAsync(worker, $"SELECT id FROM work_items WHERE task_id = {first.Id} AND state IN (1, 2) FOR UPDATE");
        var start = host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
        await UntilAsync(
            worker,
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        );

        await ExecuteAsync(worker, $"SELECT id FROM tasks WHERE id = {first.Id} FOR UPDATE");
        await ExecuteAsync(worker, "COMMIT");

        Assert.NotEqual(first.Id, (await start).Id);
        host.Extractor.Release();
        Assert.Equal((TaskState.Completed, 1), await EndAsync(host, (await start).Id));
    }

    private static async Task<(TaskState State, int Done)> EndAsync(PipelineHost host, long taskId)
    {
        var end = await host.WaitAsync(taskId);
        return (end.State, end.Done);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task UntilAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        while (!(bool)(await command.ExecuteScalarAsync(Token))!)
        {
            await Task.Delay(20, Token);
        }
    }
}
