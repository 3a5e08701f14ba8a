using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace RagPy.Tests.Simulators;

/// <summary>
/// Checks the signature of a request (Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)", "Signature
/// Calculations for the Authorization Header: Transferring Payload in a Single Chunk").
/// </summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan s_longestSkew = TimeSpan.FromMinutes(15);

    /// <summary>Why a request is refused; null when it is signed as it should be.</summary>
    public static (int Status, string Code)? WhyRefused(HttpRequest request, ReadOnlySpan<byte> body, string accessKey, string secret)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Algorithm, StringComparison.Ordinal))
        {
            return (403, "AccessDenied");
        }

        var fields = authorization[Algorithm.Length..]
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(field => field.Split('=', 2))
            .ToDictionary(field => field[0], field => field[1]);
        var scope = fields["Credential"].Split('/', 2);
        if (scope[0] != accessKey)
        {
            return (403, "InvalidAccessKeyId");
        }

        var time = request.Headers["x-amz-date"].ToString();
        var sent = DateTime.ParseExact(
            time,
            "yyyyMMdd'T'HHmmss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
        );
        if ((DateTime.UtcNow - sent).Duration() > s_longestSkew)
        {
            return (403, "RequestTimeTooSkewed");
        }

        var payload = request.Headers["x-amz-content-sha256"].ToString();
        if (payload != Hex(SHA256.HashData(body)))
        {
            // Unsigned is for TLS; chunked signatures and trailers are what many servers do not take.
            return (400, "XAmzContentSHA256Mismatch");
        }

        var canonical = Canonical(request, fields["SignedHeaders"], payload);
        var toSign = $"{Algorithm}\n{time}\n{scope[1]}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes($"AWS4{secret}");
        foreach (var part in scope[1].Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var signature = Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
        return signature == fields["Signature"] ? null : (403, "SignatureDoesNotMatch");
    }

    private static string Canonical(HttpRequest request, string signedHeaders, string payload)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var query = target.Length == 1 ? [] : target[1].Split('&', StringSplitOptions.RemoveEmptyEntries);
        var canonical = new StringBuilder();
        canonical.Append(request.Method).Append('\n').Append(target[0]).Append('\n');
        canonical.AppendJoin('&', query.Select(q => q.Contains('=', StringComparison.Ordinal) ? q : $"{q}=").Order(StringComparer.Ordinal));
        canonical.Append('\n');
        foreach (var name in signedHeaders.Split(';'))
        {
            var value = string.Join(',', request.Headers[name].Select(v => v!.Trim()));
            canonical.Append(CultureInfo.InvariantCulture, $"{name}:{value}\n");
        }

        return canonical.Append('\n').Append(signedHeaders).Append('\n').Append(payload).ToString();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
