using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace RagPy.Tests.Simulators;

/// <summary>
/// An object storage with one bucket, addressed in the path, that checks signatures and refuses what older compatible servers refuse. It follows the Amazon S3
/// API Reference: PutObject, GetObject, HeadObject, DeleteObject, DeleteObjects, ListObjectsV2, CreateMultipartUpload, UploadPart, CompleteMultipartUpload,
/// AbortMultipartUpload, ListMultipartUploads, "Error responses"; and, for limits, the User Guide's "Amazon S3 multipart upload limits".
/// </summary>
internal sealed class S3Simulator : Simulator
{
    public const string Bucket = "files";
    public const string AccessKey = "AKIASIMULATED";
    public const string Secret = "a secret / of the+simulator";

    private const int SmallestPart = 5 << 20;
    private static readonly XNamespace s_namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    private int _uploads;

    /// <summary>What is stored, by key.</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Uploads in parts that have begun and not ended, by id.</summary>
    public ConcurrentDictionary<string, S3SimulatedUpload> Uploads { get; } = [];

    /// <summary>Keys on one page of a list.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>The server knows neither DeleteObjects nor ListMultipartUploads.</summary>
    public bool IsSimple { get; init; }

    /// <summary>No bucket has this name any more.</summary>
    public bool HasNoBucket { get; set; }

    protected override string ErrorType => "application/xml";

    protected override void Map(IEndpointRouteBuilder routes) => routes.Map("/{**path}", (Delegate)HandleAsync);

    protected override string ErrorBody(int status, string message) => ErrorBody(status == 503 ? "SlowDown" : "InternalError", message);

    private static string ErrorBody(string code, string message) =>
        new XElement("Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", "1")).ToString();

    private static IResult Refuse(int status, string code) =>
        Results.Text(ErrorBody(code, "refused"), "application/xml", statusCode: status);

    private static IResult Xml(string name, params object?[] content) =>
        Results.Text(new XElement(s_namespace + name, content).ToString(), "application/xml");

    private static XElement Element(string name, object? value) => new(s_namespace + name, value);

    private static string ETagOf(ReadOnlySpan<byte> content) => $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"";

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var content = body.ToArray();
        var request = context.Request;
        if (S3Signature.WhyRefused(request, content, AccessKey, Secret) is var (status, code))
        {
            return Refuse(status, code);
        }

        if (request.Headers.Any(h => h.Key.StartsWith("x-amz-checksum", StringComparison.OrdinalIgnoreCase)) && IsSimple)
        {
            return Refuse(501, "NotImplemented");
        }

        var path = request.Path.Value!.TrimStart('/').Split('/', 2);
        if (path[0] != Bucket || HasNoBucket)
        {
            return Refuse(404, "NoSuchBucket");
        }

        return path.Length == 1 || path[1].Length == 0 ? OnBucket(request, content) : OnObject(context, path[1], content);
    }

    private IResult OnBucket(HttpRequest request, byte[] content)
    {
        if (request.Query.ContainsKey("list-type"))
        {
            return List(request.Query);
        }

        if (IsSimple)
        {
            return Refuse(501, "NotImplemented");
        }

        return request.Query.ContainsKey("delete") ? Delete(content)
            : request.Query.ContainsKey("uploads") ? ListUploads(request.Query["prefix"].ToString())
            : Refuse(405, "MethodNotAllowed");
    }

    private IResult OnObject(HttpContext context, string key, byte[] content)
    {
        var query = context.Request.Query;
        var upload = query["uploadId"].ToString();
        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                return Get(context, key);
            case "PUT" when upload.Length > 0:
                return PutPart(context, upload, int.Parse(query["partNumber"]!, CultureInfo.InvariantCulture), content);
            case "PUT":
                Objects[key] = content;
                context.Response.Headers.ETag = ETagOf(content);
                return Results.Ok();
            case "POST" when query.ContainsKey("uploads"):
                var id = $"upload-{Interlocked.Increment(ref _uploads)}";
                Uploads[id] = new S3SimulatedUpload(key, DateTimeOffset.UtcNow);
                return Xml("InitiateMultipartUploadResult", Element("Bucket", Bucket), Element("Key", key), Element("UploadId", id));
            case "POST":
                return Complete(key, upload, content);
            case "DELETE" when upload.Length > 0:
                return Uploads.TryRemove(upload, out _) ? Results.NoContent() : Refuse(404, "NoSuchUpload");
            case "DELETE":
                Objects.TryRemove(key, out _);
                return Results.NoContent();
            default:
                return Refuse(405, "MethodNotAllowed");
        }
    }

    private IResult Get(HttpContext context, string key)
    {
        if (!Objects.TryGetValue(key, out var content))
        {
            return Refuse(404, "NoSuchKey");
        }

        var headers = context.Response.Headers;
        headers.ETag = ETagOf(content);
        headers.LastModified = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = content.Length;
            return Results.Ok();
        }

        if (context.Request.Headers.IfMatch is { Count: > 0 } wanted && wanted != headers.ETag)
        {
            return Refuse(412, "PreconditionFailed");
        }

        if (!RangeHeaderValue.TryParse(context.Request.Headers.Range, out var ranges))
        {
            return Results.Bytes(content);
        }

        var range = ranges.Ranges.Single();
        var from = (int)range.From!;
        if (from >= content.Length)
        {
            return Refuse(416, "InvalidRange");
        }

        var to = (int)Math.Min(range.To ?? long.MaxValue, content.Length - 1);
        headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{content.Length}");
        context.Response.StatusCode = StatusCodes.Status206PartialContent;
        return Results.Stream(new MemoryStream(content, from, to - from + 1), "application/octet-stream");
    }

    private IResult PutPart(HttpContext context, string id, int number, byte[] content)
    {
        if (!Uploads.TryGetValue(id, out var upload))
        {
            return Refuse(404, "NoSuchUpload");
        }

        upload.Parts[number] = content;
        context.Response.Headers.ETag = ETagOf(content);
        return Results.Ok();
    }

    private IResult Complete(string key, string id, byte[] content)
    {
        if (!Uploads.TryGetValue(id, out var upload))
        {
            return Refuse(404, "NoSuchUpload");
        }

        using var whole = new MemoryStream();
        var named = XDocument.Load(new MemoryStream(content)).Root!.Elements().Where(e => e.Name.LocalName == "Part").ToArray();
        foreach (var part in named)
        {
            var values = part.Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
            if (
                !upload.Parts.TryGetValue(int.Parse(values["PartNumber"], CultureInfo.InvariantCulture), out var bytes)
                || ETagOf(bytes).Trim('"') != values["ETag"].Trim('"')
            )
            {
                return Refuse(400, "InvalidPart");
            }

            if (bytes.Length < SmallestPart && part != named[^1])
            {
                return Refuse(400, "EntityTooSmall");
            }

            whole.Write(bytes);
        }

        Objects[key] = whole.ToArray();
        Uploads.TryRemove(id, out _);
        return Xml(
            "CompleteMultipartUploadResult",
            Element("Bucket", Bucket),
            Element("Key", key),
            Element("ETag", $"\"x-{named.Length}\"")
        );
    }

    private IResult List(IQueryCollection query)
    {
        var prefix = query["prefix"].ToString();
        var after = query["continuation-token"].ToString();
        var size = query.TryGetValue("max-keys", out var most) ? int.Parse(most!, CultureInfo.InvariantCulture) : PageSize;
        var keys = Objects
            .Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(k, after) > 0)
            .Order(StringComparer.Ordinal)
            .ToArray();
        var page = keys.Take(size).ToArray();
        var isTruncated = page.Length < keys.Length;
        return Xml(
            "ListBucketResult",
            Element("Name", Bucket),
            Element("Prefix", prefix),
            Element("KeyCount", page.Length),
            Element("MaxKeys", size),
            Element("IsTruncated", isTruncated),
            isTruncated ? Element("NextContinuationToken", page[^1]) : null,
            page.Select(k => new XElement(
                s_namespace + "Contents",
                Element("Key", k),
                Element("Size", Objects[k].Length),
                Element("ETag", ETagOf(Objects[k])),
                Element("LastModified", "2026-01-01T00:00:00.000Z")
            ))
        );
    }

    private IResult ListUploads(string prefix) =>
        Xml(
            "ListMultipartUploadsResult",
            Element("Bucket", Bucket),
            Element("IsTruncated", false),
            Uploads
                .Where(u => u.Value.Key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(u => new XElement(
                    s_namespace + "Upload",
                    Element("Key", u.Value.Key),
                    Element("UploadId", u.Key),
                    Element("Initiated", u.Value.Begun.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
                ))
        );

    private IResult Delete(byte[] content)
    {
        foreach (var key in XDocument.Load(new MemoryStream(content)).Descendants().Where(e => e.Name.LocalName == "Key"))
        {
            Objects.TryRemove(key.Value, out _);
        }

        return Xml("DeleteResult");
    }
}
