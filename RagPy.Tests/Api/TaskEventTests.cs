using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Npgsql;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Api;

/// <summary>Watching a task, by events and by polling, over two replicas.</summary>
public sealed class TaskEventTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await ApiHost.CreateAsync(postgres);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Events_tell_every_document_and_end_as_polling_says()
    {
        var task = await StartAsync(("a.pdf", "A text."), ("b.pdf", "CRYPT"), ("c.pdf", "Another text."));

        await using var reader = await EventReader.OpenAsync(_host.Client, task);
        var events = await reader.RestAsync();

        var polled = await _host.Client.GetJsonAsync($"/api/v1/tasks/{task}");
        Assert.Equal("end", events[^1].Name);
        Assert.Equal("completed", events[^1].Data.GetProperty("state").GetString());
        Assert.Equal(polled.ToString(), events.Last(e => e.Name == "progress").Data.ToString());
        var documents = Latest(events);
        Assert.Equal(4, documents.Count);
        // The file that cannot be read is stood in for by the title of its item.
        Assert.Equal(
            3,
            documents.Values.Count(d => d.GetProperty("state").GetString() == "indexed" && d.GetProperty("stage").GetString() == "index")
        );
        var failed = Assert.Single(documents.Values, d => d.GetProperty("code").GetString() == "encrypted");
        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.NotEmpty(failed.GetProperty("reason").GetString()!);
    }

    [Fact]
    public async Task A_stream_that_was_cut_goes_on_at_another_replica_without_a_loss()
    {
        await using var second = _host.Second();
        var task = await StartAsync(
            ("a.pdf", "First."),
            ("b.pdf", "WAIT until told."),
            ("c.pdf", "Third."),
            ("d.pdf", "CRYPT"),
            ("e.pdf", "Fifth.")
        );
        var seen = new Dictionary<Guid, JsonElement>();
        string? id;
        await using (var reader = await EventReader.OpenAsync(_host.Client, task))
        {
            // Cut in the middle: right after the first documents were told.
            while (seen.Count == 0)
            {
                Take(seen, (await reader.NextAsync())!.Value);
            }

            id = reader.LastId;
        }

        await _host.Extractor.Waiting.WaitAsync(Token);
        _host.Extractor.Release();
        await _host.Client.WaitAsync(task);

        await using (var reader = await EventReader.OpenAsync(second.Client, task, id))
        {
            foreach (var next in await reader.RestAsync())
            {
                Take(seen, next);
            }
        }

        var documents = await DocumentsAsync(task);
        Assert.Equal(
            documents.ToDictionary(d => d.GetProperty("id").GetGuid(), d => d.GetProperty("state").GetString()),
            seen.ToDictionary(d => d.Key, d => d.Value.GetProperty("state").GetString())
        );
    }

    [Fact]
    public async Task A_change_that_is_committed_after_later_ones_is_told_to_whoever_comes_back()
    {
        var task = await StartAsync(("a.pdf", "First."), ("b.pdf", "Second."));
        await _host.Client.WaitAsync(task);
        var changes = _host.Get<TaskChangeReader>();
        // Positions are numbers of the whole server: work on another database holds them back.
        await using var elsewhere = await postgres.CreateDatabaseAsync();
        await using var foreign = await elsewhere.DataSource.OpenConnectionAsync(Token);
        await using var foreignTransaction = await foreign.BeginTransactionAsync(Token);
        await ExecuteAsync(foreign, "SELECT pg_current_xact_id()");
        await using var slow = await _host.Database.DataSource.OpenConnectionAsync(Token);
        await using var open = await slow.BeginTransactionAsync(Token);
        await ExecuteAsync(
            slow,
            $"UPDATE work_items SET failure_reason = 'slow' WHERE task_id = {task} AND document_id = (SELECT min(document_id::text)::uuid FROM work_items WHERE task_id = {task})"
        );
        await using (var quick = await _host.Database.DataSource.OpenConnectionAsync(Token))
        {
            await ExecuteAsync(
                quick,
                $"UPDATE work_items SET state = 4, failure_reason = 'quick' WHERE task_id = {task} AND document_id = (SELECT max(document_id::text)::uuid FROM work_items WHERE task_id = {task})"
            );
        }

        var first = (await changes.ReadAsync(task, 0, Token))!;
        Assert.Contains(first.Documents, d => d.Document.Reason == "quick");
        await ExecuteAsync(slow, $"UPDATE work_items SET state = 4 WHERE task_id = {task} AND failure_reason = 'slow'");
        await open.CommitAsync(Token);

        var second = (await changes.ReadAsync(task, first.Position, Token))!;

        Assert.Contains(second.Documents, d => d.Document.Reason == "slow");
        var third = (await changes.ReadAsync(task, second.Position, Token))!;
        var told = first.Documents.Concat(second.Documents).Select(d => d.Document).ToHashSet();
        Assert.NotEmpty(third.Documents);
        Assert.All(third.Documents, d => Assert.Contains(d.Document, told));

        await foreignTransaction.CommitAsync(Token);
        await UntilNothingIsRepeatedAsync(changes, task, third.Position);
    }

    /// <summary>Without open transactions nothing is told again; other tests have some on the same server, each for a moment.</summary>
    private static async Task UntilNothingIsRepeatedAsync(TaskChangeReader changes, long task, long position)
    {
        for (var begin = Stopwatch.GetTimestamp(); ; await Task.Delay(50, Token))
        {
            var next = (await changes.ReadAsync(task, position, Token))!;
            Assert.True(next.Position >= position);
            if (next.Documents.Count == 0)
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(30), "The same changes are told again and again.");
            position = next.Position;
        }
    }

    [Fact]
    public async Task Whoever_saw_the_end_is_told_to_stop()
    {
        var task = await StartAsync(("a.pdf", "A text."));
        await _host.Client.WaitAsync(task);
        await using var reader = await EventReader.OpenAsync(_host.Client, task);
        await reader.RestAsync();

        using var again = await _host.Client.GetAsync($"/api/v1/tasks/{task}/events?lastEventId={reader.LastId}", Token);

        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task An_id_that_is_none_of_ours_begins_from_the_beginning()
    {
        var task = await StartAsync(("a.pdf", "A text."));
        await _host.Client.WaitAsync(task);

        foreach (var id in (string[])["nonsense", "999999999999", "-1"])
        {
            await using var reader = await EventReader.OpenAsync(_host.Client, task, id);
            Assert.Single(Latest(await reader.RestAsync()));
        }
    }

    [Fact]
    public async Task A_hundred_listeners_hear_of_a_change_within_a_second()
    {
        var task = await StartAsync(("a.pdf", "WAIT until told."));
        await _host.Extractor.Waiting.WaitAsync(Token);
        var readers = new List<EventReader>();
        for (var i = 0; i < 100; i++)
        {
            var reader = await EventReader.OpenAsync(_host.Client, task);
            readers.Add(reader);
            while ((await reader.NextAsync())!.Value.Name != "progress") { }
        }

        _host.Extractor.Release();
        var times = await Task.WhenAll(
            readers.Select(async reader =>
            {
                while (await reader.NextAsync() is { } next)
                {
                    if (next.Name == "end")
                    {
                        return DateTimeOffset.UtcNow;
                    }
                }

                return DateTimeOffset.MaxValue;
            })
        );

        await using var command = _host.Database.DataSource.CreateCommand($"SELECT finished_at FROM tasks WHERE id = {task}");
        var finished = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(Token))!);
        Assert.True(times.Order().ElementAt(94) - finished < TimeSpan.FromSeconds(1), $"{times.Order().ElementAt(94) - finished}");
        foreach (var reader in readers)
        {
            await reader.DisposeAsync();
        }
    }

    [Fact]
    public async Task Watching_ends_when_the_session_is_deleted()
    {
        var task = await StartAsync(("a.pdf", "WAIT until told."));
        await _host.Extractor.Waiting.WaitAsync(Token);
        await using var reader = await EventReader.OpenAsync(_host.Client, task);
        await reader.NextAsync();
        var session = (await _host.Client.GetJsonAsync($"/api/v1/tasks/{task}")).GetProperty("sessionId").GetInt64();

        using var deleted = await _host.Client.DeleteAsync($"/api/v1/sessions/{session}", Token);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Contains((await reader.RestAsync())[^1].Data.GetProperty("state").GetString(), (string[])["cancelled", "deleted"]);
    }

    private async Task<long> StartAsync(params (string Name, string Text)[] files)
    {
        var project = await _host.Client.NewProjectAsync();
        using var response = await _host.Client.UploadAsync(project, [.. files.Select(f => (f.Name, ApiCalls.Pdf(f.Text)))]);
        return (await ApiCalls.ReadAsync(response, HttpStatusCode.Created)).GetProperty("task").GetProperty("id").GetInt64();
    }

    private async Task<List<JsonElement>> DocumentsAsync(long task)
    {
        var session = (await _host.Client.GetJsonAsync($"/api/v1/tasks/{task}")).GetProperty("sessionId").GetInt64();
        return [.. (await _host.Client.GetJsonAsync($"/api/v1/sessions/{session}/documents")).GetProperty("items").EnumerateArray()];
    }

    private static Dictionary<Guid, JsonElement> Latest(IEnumerable<(string, JsonElement)> events)
    {
        var documents = new Dictionary<Guid, JsonElement>();
        foreach (var next in events)
        {
            Take(documents, next);
        }

        return documents;
    }

    private static void Take(Dictionary<Guid, JsonElement> documents, (string Name, JsonElement Data) next)
    {
        foreach (var document in next.Name == "documents" ? next.Data.EnumerateArray() : default)
        {
            documents[document.GetProperty("id").GetGuid()] = document;
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
