using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Pipeline;

/// <summary>A database that has no more space, which a trigger says in PostgreSQL's own code.</summary>
public sealed class DiskFullTests(PostgresFixture postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_said_as_an_error_and_the_work_goes_on_when_there_is_space()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A", "Rivers").With("a.pdf", "A text about rivers and their mouths.");
        var firstError = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var errors = new FakeLoggerProvider(
            FakeLogCollector.Create(
                new FakeLogCollectorOptions
                {
                    FilteredLevels = { LogLevel.Error, LogLevel.Critical },
                    OutputFormatter = record => record.Message,
                    OutputSink = line => firstError.TrySetResult(line),
                }
            )
        );
        host.Get<ILoggerFactory>().AddProvider(errors);
        await ExecuteAsync(
            host,
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON chunks FOR EACH ROW EXECUTE FUNCTION refuse();
            """
        );
        await host.Worker.StartAsync(Token);
        var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", request: null, Token);

        var said = await firstError.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await ExecuteAsync(host, "DROP TRIGGER full_disk ON chunks");
        var end = await host.WaitAsync(task.Id);

        Assert.Contains("disk is full (could not extend file: No space left on device)", said, StringComparison.Ordinal);
        Assert.Equal((TaskState.Completed, 1, 0), (end.State, end.Done, end.Failed));
        await host.AssertCleanAsync();
    }

    private static async Task ExecuteAsync(PipelineHost host, string sql)
    {
        await using var command = host.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
