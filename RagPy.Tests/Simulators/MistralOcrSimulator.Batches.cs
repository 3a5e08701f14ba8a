using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <content>
/// Batch jobs by Mistral's guide "Batch processing" (docs.mistral.ai/capabilities/batch), its API reference "Batch" (docs.mistral.ai/api/endpoint/batch) and the
/// models <c>BatchJob</c>, <c>BatchJobStatus</c> and <c>CreateBatchJobRequest</c> of mistralai/client-python. As there, a job that has just been made says 0 requests,
/// answers are in one file and failed requests in another, whose <c>response.body</c> is JSON in a string; a cancelled job may have answers.
/// </content>
internal sealed partial class MistralOcrSimulator
{
    private readonly ConcurrentQueue<string> _jobs = [];

    /// <summary>Jobs by id, in their published form.</summary>
    public ConcurrentDictionary<string, JsonObject> Jobs { get; } = [];

    /// <summary>Requests of each job that were answered with success: body sent and body answered.</summary>
    public ConcurrentQueue<(JsonNode Request, JsonNode Response)> BatchedCalls { get; } = [];

    /// <summary>Looks at a job until it has ended.</summary>
    public int LooksUntilEnd { get; set; } = 2;

    /// <summary>How the next jobs end instead of with <c>SUCCESS</c>, and how many requests of them are carried out.</summary>
    public ConcurrentQueue<(string Status, int Requests)> Ends { get; } = [];

    /// <summary>What becomes of the answers of a job before they are kept; null for nothing.</summary>
    public Func<string[], string[]>? Spoil { get; set; }

    /// <summary>Holds a job back that was asked for, also when whoever asked is gone; null for nothing.</summary>
    public Func<Task>? BeforeCreation { get; set; }

    private void MapBatches(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/batch/jobs", (Delegate)CreateJobAsync);
        routes.MapGet("/v1/batch/jobs", (Delegate)ListJobs);
        routes.MapGet("/v1/batch/jobs/{id}", (Delegate)GetJob);
        routes.MapPost("/v1/batch/jobs/{id}/cancel", (Delegate)CancelJob);
    }

    /// <summary>Ends a job as a person does in the provider's console.</summary>
    public void Cancel(string id) => End(Jobs[id], "CANCELLED", int.MaxValue);

    private static bool IsRequests(byte[] content)
    {
        try
        {
            return LinesOf(content)
                .All(line =>
                    JsonNode.Parse(line) is JsonObject row
                    && row["custom_id"] is not null
                    && row["body"] is JsonObject { } body
                    && body["document"] is not null
                );
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string[] LinesOf(byte[] content) => Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<IResult> CreateJobAsync(HttpContext context)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        var input = (string)request["input_files"]!.AsArray().Single()!;
        if (
            (string?)request["endpoint"] != "/v1/ocr"
            || (int?)request["timeout_hours"] is < 1 or > 168
            || (string?)request["model"] is not { Length: > 0 }
        )
        {
            return Error(422, "The job is not valid");
        }

        if (!Files.ContainsKey(input) || _names[input].Purpose != "batch")
        {
            return Error(404, "No such file");
        }

        if (BeforeCreation is { } hold)
        {
            await hold();
        }

        var id = Guid.NewGuid().ToString();
        var job = new JsonObject
        {
            ["id"] = id,
            ["object"] = "batch",
            ["input_files"] = new JsonArray(input),
            ["metadata"] = request["metadata"]?.DeepClone(),
            ["endpoint"] = "/v1/ocr",
            ["model"] = (string?)request["model"],
            ["agent_id"] = null,
            ["output_file"] = null,
            ["error_file"] = null,
            ["errors"] = new JsonArray(),
            ["outputs"] = null,
            ["status"] = "QUEUED",
            ["created_at"] = Now().ToUnixTimeSeconds(),
            ["total_requests"] = 0,
            ["completed_requests"] = 0,
            ["succeeded_requests"] = 0,
            ["failed_requests"] = 0,
            ["started_at"] = null,
            ["completed_at"] = null,
        };
        Jobs[id] = job;
        _jobs.Enqueue(id);
        return Answer(job);
    }

    private IResult ListJobs(HttpContext context, int page = 0, int page_size = 100, DateTimeOffset? created_after = null)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        var since = created_after?.ToUnixTimeSeconds() ?? 0;
        var found = _jobs.Select(id => Jobs[id]).Where(job => (long)job["created_at"]! >= since).ToList();
        return Json(
            new JsonObject
            {
                ["data"] = new JsonArray([.. found.Skip(page * page_size).Take(page_size).Select(Copy)]),
                ["object"] = "list",
                ["total"] = found.Count,
            }
        );
    }

    private IResult GetJob(HttpContext context, string id)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        if (!Jobs.TryGetValue(id, out var job))
        {
            return Error(404, "No such job");
        }

        lock (job)
        {
            var looks = (int?)job["looks"] ?? 0;
            job["looks"] = looks + 1;
            if ((string?)job["status"] is "QUEUED" or "RUNNING")
            {
                job["status"] = "RUNNING";
                job["total_requests"] = LinesOf(Files[(string)job["input_files"]![0]!]).Length;
                if (looks + 1 >= LooksUntilEnd)
                {
                    var (status, requests) = Ends.TryDequeue(out var end) ? end : ("SUCCESS", int.MaxValue);
                    End(job, status, requests);
                }
            }
        }

        return Answer(job);
    }

    private IResult CancelJob(HttpContext context, string id)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        Cancel(id);
        return Answer(Jobs[id]);
    }

    /// <summary>Carries requests out and ends a job.</summary>
    private void End(JsonObject job, string status, int requests)
    {
        var lines = LinesOf(Files[(string)job["input_files"]![0]!]);
        var (good, bad) = (new List<string>(), new List<string>());
        foreach (var line in lines.Take(requests))
        {
            using var row = JsonDocument.Parse(line);
            var body = row.RootElement.GetProperty("body");
            var (code, answer) = Recognize(body, (string)job["model"]!);
            if (answer is not null)
            {
                BatchedCalls.Enqueue((JsonNode.Parse(body.GetRawText())!, answer.DeepClone()));
            }

            (code == 200 ? good : bad).Add(Row(row.RootElement.GetProperty("custom_id").GetString()!, code, answer));
        }

        var kept = Spoil?.Invoke([.. good]) ?? [.. good];
        job["status"] = status;
        job["total_requests"] = lines.Length;
        job["completed_requests"] = good.Count + bad.Count;
        job["succeeded_requests"] = good.Count;
        job["failed_requests"] = bad.Count;
        job["output_file"] =
            good.Count == 0 ? null : Keep(Encoding.UTF8.GetBytes(string.Join('\n', kept)), $"{job["id"]}_output.jsonl", "batch");
        job["error_file"] =
            bad.Count == 0 ? null : Keep(Encoding.UTF8.GetBytes(string.Join('\n', bad)), $"{job["id"]}_error.jsonl", "batch");
        job["errors"] =
            bad.Count == 0
                ? new JsonArray()
                : new JsonArray(new JsonObject { ["message"] = "HTTP Error, status code: 400", ["count"] = bad.Count });
    }

    private string Row(string customId, int status, JsonObject? answer) =>
        new JsonObject
        {
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"batch-{customId}"),
            ["custom_id"] = customId,
            ["response"] = new JsonObject
            {
                ["status_code"] = status,
                ["body"] = answer?.DeepClone() ?? ErrorBody(status, "The page is not accepted"),
            },
            ["error"] = null,
        }.ToJsonString();

    private static JsonNode Copy(JsonObject job)
    {
        lock (job)
        {
            var copy = job.DeepClone().AsObject();
            copy.Remove("looks");
            return copy;
        }
    }

    private static IResult Answer(JsonObject job) => Json(Copy(job).AsObject());
}
