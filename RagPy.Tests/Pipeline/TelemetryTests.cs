using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Pipeline;

public sealed class TelemetryTests(PostgresFixture postgres)
{
    private static readonly ActivitySource s_requests = new("RagPy.Tests.Requests");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_leads_from_a_request_through_the_queue_to_the_statements_of_each_stage()
    {
        using var seen = new Spans();
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A").With("a.pdf", "the first text");
        host.Library.Add("B").With("b.pdf", "the second text");
        await host.Worker.StartAsync(Token);
        ActivityContext request;

        using (var activity = s_requests.StartActivity("POST /sessions", ActivityKind.Server))
        {
            request = activity!.Context;
            var task = await host.Tasks.StartAsync(host.ProjectId, host.PersonId, "/library", null, Token);
            // The work is done by others, as if in another process: nothing flows but what the task's row says.
            Activity.Current = null;
            Assert.Equal(TaskState.Completed, (await host.WaitAsync(task.Id)).State);
        }

        await host.Worker.StopAsync(Token);
        var trace = seen.Of(request.TraceId);
        var start = Assert.Single(trace, span => span.OperationName == "start task");
        Assert.Equal(request.SpanId, start.ParentSpanId);
        Assert.Equal(start.SpanId, Assert.Single(trace, span => span.OperationName == "read source").ParentSpanId);
        var documents = trace.Where(span => span.OperationName == "extract document").ToList();
        Assert.Equal(2, documents.Select(span => span.GetTagItem("ragpy.document.id")).Distinct().Count());
        Assert.All(documents, span => Assert.Equal(start.SpanId, span.ParentSpanId));

        foreach (var stage in new[] { "chunk", "embed", "index" })
        {
            var batches = trace.Where(span => span.OperationName == $"{stage} documents").Select(span => span.SpanId).ToHashSet();
            var spans = trace.Where(span => span.OperationName == $"{stage} document").ToList();
            Assert.Equal(2, spans.Count);
            Assert.All(spans, span => Assert.Contains(span.ParentSpanId, batches));
            Assert.All(spans, span => Assert.Equal("done", span.GetTagItem("ragpy.outcome")));
            Assert.Contains(trace, span => span.Source.Name == "Npgsql" && batches.Contains(span.ParentSpanId));
        }

        Assert.Contains(trace, span => span.Source.Name == "Npgsql" && documents.Exists(d => d.SpanId == span.ParentSpanId));
    }

    [Fact]
    public async Task A_failure_is_a_span_with_its_code_and_no_text()
    {
        using var seen = new Spans();
        await using var host = await PipelineHost.CreateAsync(postgres);
        host.Library.Add("A").With("secret-title.pdf", "CRYPT");
        await host.Worker.StartAsync(Token);
        Assert.Equal(1, (await host.RunAsync()).Failed);
        await host.Worker.StopAsync(Token);
        var id = Assert.Single(await host.DocumentsAsync(), document => document.FileName.Length > 0).Id.ToString();

        var span = Assert.Single(seen.All, span => (string?)span.GetTagItem("ragpy.document.id") == id);

        Assert.Equal("extract document", span.OperationName);
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("encrypted", span.GetTagItem("error.type"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains("secret", StringComparison.Ordinal) == true);
        // Nobody's request: a trace of its own all the same.
        Assert.NotEqual(default, span.ParentSpanId);
    }

    [Fact]
    public async Task Work_is_counted_by_stage_and_outcome_and_so_are_pages_and_chunks()
    {
        await using var host = await PipelineHost.CreateAsync(postgres);
        using var seen = new Measurements(host.Get<PipelineTelemetry>());
        host.Library.Add("A").With("a.pdf", "the first text");
        host.Library.Add("B").With("b.pdf", "CRYPT");
        await host.Worker.StartAsync(Token);
        await host.RunAsync();
        await host.Worker.StopAsync(Token);

        Assert.Equal(1, seen.Sum("ragpy.pipeline.work_items", ("ragpy.stage", "read"), ("ragpy.outcome", "done")));
        Assert.Equal(1, seen.Sum("ragpy.pipeline.work_items", ("ragpy.stage", "extract"), ("ragpy.outcome", "done")));
        Assert.Equal(
            1,
            seen.Sum("ragpy.pipeline.work_items", ("ragpy.stage", "extract"), ("ragpy.outcome", "failed"), ("error.type", "encrypted"))
        );
        Assert.Equal(1, seen.Sum("ragpy.pipeline.work_items", ("ragpy.stage", "index"), ("ragpy.outcome", "done")));
        var document = Assert.Single(await host.DocumentsAsync(), document => document.ChunkCount > 0);
        Assert.Equal(document.ChunkCount, seen.Sum("ragpy.pipeline.chunks"));
        Assert.Equal(document.PageCount, seen.Sum("ragpy.pipeline.pages", ("ragpy.cached", false)));
        Assert.True(seen.Sum("ragpy.pipeline.work_item.duration", ("ragpy.stage", "extract")) > 0);
        seen.Observe();
        Assert.Equal(0, seen.Sum("ragpy.pipeline.queue.length", ("ragpy.stage", "extract"), ("ragpy.state", "pending")));
    }

    [Fact]
    public void A_large_task_is_traced_up_to_a_bound_and_each_task_by_itself()
    {
        var budget = new TraceBudget();

        Assert.Equal(1000, Enumerable.Range(0, 3000).Count(_ => budget.Take(1)));
        Assert.True(budget.Take(2));
    }

    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Npgsql" || source.Name.StartsWith("RagPy.", StringComparison.Ordinal),
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> All => [.. _ended];

        public IReadOnlyList<Activity> Of(ActivityTraceId trace) => [.. _ended.Where(span => span.TraceId == trace)];

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Measurements : IDisposable
    {
        private readonly ConcurrentQueue<(string Name, double Value, KeyValuePair<string, object?>[] Tags)> _seen = new();
        private readonly MeterListener _listener = new();

        public Measurements(PipelineTelemetry telemetry)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == telemetry.Meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => _seen.Enqueue((i.Name, value, tags.ToArray())));
            _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => _seen.Enqueue((i.Name, value, tags.ToArray())));
            _listener.Start();
        }

        public void Observe() => _listener.RecordObservableInstruments();

        public double Sum(string name, params (string Name, object Value)[] tags) =>
            _seen
                .Where(m => m.Name == name && tags.All(tag => m.Tags.Any(t => t.Key == tag.Name && Equals(t.Value, tag.Value))))
                .Sum(m => m.Value);

        public void Dispose() => _listener.Dispose();
    }
}
