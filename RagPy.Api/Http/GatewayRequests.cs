using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.HttpOverrides;
using RagPy.Core.Settings;
using RagPy.ServiceDefaults;

namespace RagPy.Api.Http;

/// <summary>
/// Recognises what has come through the gateway: by the key that both share, or, where none is set, by the network that lets nobody else in. Only with the key
/// is the gateway's word on the client taken; nobody else's ever is.
/// </summary>
internal sealed class GatewayRequests(RequestDelegate next, RagPySettings settings)
{
    private readonly byte[]? _key = settings.GatewayKey is { } key ? Digest(key) : null;

    /// <summary>Whether a request has come through the gateway.</summary>
    public static bool Has(HttpContext context) => context.Features.Get<Mark>() is not null;

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var shown = headers[GatewayHeaders.Key].ToString();
        headers.Remove(GatewayHeaders.Key);
        if (!settings.BehindGateway)
        {
            return next(context);
        }

        if (_key is null)
        {
            context.Features.Set(Mark.Instance);
        }
        else if (CryptographicOperations.FixedTimeEquals(Digest(shown), _key))
        {
            context.Features.Set(Mark.Instance);
            TakeOver(context);
        }

        return next(context);
    }

    /// <summary>The gateway sets each header anew, so each has one value. The host is the client's already.</summary>
    private static void TakeOver(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers[ForwardedHeadersDefaults.XForwardedProtoHeaderName].ToString() is "https")
        {
            context.Request.Scheme = "https";
        }

        if (IPAddress.TryParse(headers[ForwardedHeadersDefaults.XForwardedForHeaderName].ToString(), out var client))
        {
            context.Connection.RemoteIpAddress = client;
        }
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
