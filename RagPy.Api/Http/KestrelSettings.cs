using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RagPy.Core.Settings;

namespace RagPy.Api.Http;

/// <summary>How the server listens, and how much it takes.</summary>
internal static class KestrelSettings
{
    /// <summary>Largest body but for uploads, which have limits of their own.</summary>
    private const long MaxBody = 1 << 20;

    public static void Apply(KestrelServerOptions kestrel, RagPySettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(settings.UvicornTimeoutKeepAliveSeconds);
        kestrel.Limits.MaxRequestBodySize = MaxBody;
        if (!settings.BehindGateway)
        {
            kestrel.ConfigureEndpointDefaults(listen => RequireLoopback(listen.IPEndPoint));
        }
    }

    /// <summary>Checks that an address is one of this machine alone.</summary>
    /// <exception cref="InvalidOperationException">It can be reached from elsewhere.</exception>
    internal static void RequireLoopback(IPEndPoint? address)
    {
        if (address is not null && !IPAddress.IsLoopback(address.Address))
        {
            throw new InvalidOperationException(
                $"RagPy has no accounts yet, so whoever reaches {address} would own every project. Listen on localhost (ASPNETCORE_URLS=http://localhost:{address.Port}), or set RAGPY_BEHIND_GATEWAY=true when a gateway stands before it that checks who asks."
            );
        }
    }
}
