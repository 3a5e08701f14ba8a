using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Mistral's <c>POST /v1/ocr</c>, <c>POST /v1/files</c> and <c>GET /v1/files</c> as its published OpenAPI document describes them; <c>DELETE /v1/files/{file_id}</c>
/// and <c>GET /v1/files/{file_id}/content</c> by its API reference (docs.mistral.ai/api/endpoint/files), which that document leaves out. Files are kept until they are deleted; limits of size and number of pages hold. What is on a page is the text between
/// form feeds of the file, without <c>SCAN</c>; a page with <see cref="Refused"/> on it is not taken.
/// </summary>
internal sealed partial class MistralOcrSimulator : Simulator
{
    public const string Key = "mistral-simulated";

    private const long MaxBytes = 50_000_000;
    private const int MaxPages = 1000;
    private const string DataPrefix = "data:application/pdf;base64,";

    private readonly ConcurrentDictionary<string, (string Name, string Purpose, DateTimeOffset At)> _names = [];
    private int _atOnce;

    /// <summary>Files that are kept now, by id.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = [];

    /// <summary>How often each page was read and billed, by file content and 0-based index.</summary>
    public ConcurrentDictionary<(string Text, int Index), int> Billed { get; } = [];

    /// <summary>Files ever uploaded.</summary>
    public int Uploads { get; private set; }

    /// <summary>Most calls of OCR at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Time that reading a page takes.</summary>
    public TimeSpan PageTime { get; set; }

    /// <summary>Its clock.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.UtcNow;

    public string? Refused { get; set; }

    /// <summary>A page whose answer is missing although the call succeeds.</summary>
    public string? Forgotten { get; set; }

    /// <summary>Answers have blocks beside Markdown.</summary>
    public bool HasBlocks { get; set; } = true;

    /// <summary>Pages of a file; by default what form feeds part.</summary>
    public Func<byte[], string[]> PagesOf { get; set; } = bytes => Encoding.UTF8.GetString(bytes).Split('\f');

    /// <inheritdoc/>
    protected override void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/files", (Delegate)UploadAsync);
        routes.MapDelete("/v1/files/{id}", (Delegate)Delete);
        routes.MapGet("/v1/files", (Delegate)ListFiles);
        routes.MapGet("/v1/files/{id}/content", (Delegate)Download);
        routes.MapPost("/v1/ocr", (Delegate)ReadAsync);
        MapBatches(routes);
    }

    /// <inheritdoc/>
    protected override string ErrorBody(int status, string message) => MistralErrors.Body(status, message);

    private async Task<IResult> UploadAsync(HttpContext context)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var purpose = form["purpose"].ToString();
        if (form.Files.GetFile("file") is not { } file || purpose is not ("ocr" or "batch"))
        {
            return Error(422, "file and purpose are required");
        }

        if (file.Length > MaxBytes)
        {
            return Error(413, "The file is larger than 50 MB");
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, context.RequestAborted);
        if (purpose == "batch" && !IsRequests(content.ToArray()))
        {
            return Error(422, "Invalid file format.");
        }

        var id = Keep(content.ToArray(), file.FileName, purpose);
        Uploads++;
        return Json(FileObject(id));
    }

    private string Keep(byte[] content, string name, string purpose)
    {
        var id = Guid.NewGuid().ToString();
        _names[id] = (name, purpose, Now());
        Files[id] = content;
        return id;
    }

    private JsonObject FileObject(string id) =>
        new()
        {
            ["id"] = id,
            ["object"] = "file",
            ["bytes"] = Files.GetValueOrDefault(id)?.Length ?? 0,
            ["created_at"] = _names[id].At.ToUnixTimeSeconds(),
            ["filename"] = _names[id].Name,
            ["purpose"] = _names[id].Purpose,
            ["sample_type"] = _names[id].Name.EndsWith("_output.jsonl", StringComparison.Ordinal) ? "batch_result" : "batch_request",
            ["source"] = "upload",
        };

    private IResult ListFiles(HttpContext context, int page = 0, int page_size = 100, string? search = null)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        var found = Files
            .Keys.Where(id => search is null || _names[id].Name.Contains(search, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        return Json(
            new JsonObject
            {
                ["data"] = new JsonArray([.. found.Skip(page * page_size).Take(page_size).Select(FileObject)]),
                ["object"] = "list",
                ["total"] = found.Count,
            }
        );
    }

    private IResult Download(HttpContext context, string id) =>
        !IsAuthorized(context) ? Error(401, "Unauthorized")
        : Files.TryGetValue(id, out var content) ? Results.Bytes(content, "application/octet-stream")
        : Error(404, "No such file");

    private IResult Delete(HttpContext context, string id) =>
        !IsAuthorized(context) ? Error(401, "Unauthorized")
        : Files.TryRemove(id, out _)
            ? Json(
                new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "file",
                    ["deleted"] = true,
                }
            )
        : Error(404, "No such file");

    private async Task<IResult> ReadAsync(HttpContext context)
    {
        if (!IsAuthorized(context))
        {
            return Error(401, "Unauthorized");
        }

        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var root = body.RootElement;
        var count = root.GetProperty("pages").GetArrayLength();
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
        try
        {
            await Task.Delay(PageTime * count, context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref _atOnce);
        }

        var (status, answer) = Recognize(root, root.GetProperty("model").GetString()!);
        return status == 200 ? Json(answer!) : Error(status, "The document is not accepted, breaks a limit, or has no such page");
    }

    /// <summary>Reads pages, and bills them.</summary>
    private (int Status, JsonObject? Answer) Recognize(JsonElement root, string model)
    {
        if (Content(root.GetProperty("document")) is not { } content)
        {
            return (404, null);
        }

        var pages = PagesOf(content);
        int[] indexes = [.. root.GetProperty("pages").EnumerateArray().Select(page => page.GetInt32())];
        if (content.Length > MaxBytes || pages.Length > MaxPages || Array.Exists(indexes, index => index < 0 || index >= pages.Length))
        {
            return (422, null);
        }

        if (Refused is { } refused && Array.Exists(indexes, index => pages[index].Contains(refused, StringComparison.Ordinal)))
        {
            return (400, null);
        }

        var text = string.Join('\f', pages);
        foreach (var index in indexes)
        {
            Billed.AddOrUpdate((text, index), 1, (_, times) => times + 1);
        }

        return (200, Answer(model, pages, indexes));
    }

    private JsonObject Answer(string model, string[] pages, int[] indexes) =>
        new()
        {
            ["pages"] = new JsonArray([
                .. indexes
                    .Where(index => Forgotten is null || !pages[index].Contains(Forgotten, StringComparison.Ordinal))
                    .Select(index => PageAnswer(index, pages[index].Replace("SCAN", "", StringComparison.Ordinal).Trim())),
            ]),
            ["model"] = model,
            ["usage_info"] = new JsonObject { ["pages_processed"] = indexes.Length, ["doc_size_bytes"] = null },
        };

    private JsonObject PageAnswer(int index, string markdown)
    {
        var page = new JsonObject
        {
            ["index"] = index,
            ["markdown"] = markdown,
            ["images"] = new JsonArray(),
            ["dimensions"] = new JsonObject
            {
                ["dpi"] = 200,
                ["height"] = 2200,
                ["width"] = 1700,
            },
        };
        if (HasBlocks)
        {
            page["blocks"] = new JsonArray([.. markdown.Split("\n\n").Where(block => block.Length > 0).Select(BlockOf)]);
        }

        return page;
    }

    private static JsonNode BlockOf(string content) =>
        new JsonObject
        {
            ["type"] =
                content.StartsWith('#') ? "title"
                : content.StartsWith('[') ? "references"
                : content.StartsWith("HEAD ", StringComparison.Ordinal) ? "header"
                : "text",
            ["content"] = content,
            ["top_left_x"] = 10,
            ["top_left_y"] = 10,
            ["bottom_right_x"] = 100,
            ["bottom_right_y"] = 100,
        };

    private byte[]? Content(JsonElement document)
    {
        if (document.GetProperty("type").GetString() == "file")
        {
            return Files.GetValueOrDefault(document.GetProperty("file_id").GetString()!);
        }

        var address = document.GetProperty("document_url").GetString()!;
        return address.StartsWith(DataPrefix, StringComparison.Ordinal) ? Convert.FromBase64String(address[DataPrefix.Length..]) : null;
    }

    private static bool IsAuthorized(HttpContext context) =>
        context.Request.Headers.Authorization == string.Create(CultureInfo.InvariantCulture, $"Bearer {Key}");

    private static IResult Json(JsonObject value) => Results.Text(value.ToJsonString(), "application/json");
}
