using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RagPy.Core.Settings;

namespace RagPy.Gateway.Listening;

/// <summary>
/// Opens the gateway's ports itself rather than leave it to configuration: without an access token it must be certain that none is open to others, and certificates
/// are read anew when they are renewed.
/// </summary>
internal static class Listener
{
    /// <summary>Takes the addresses of the host's configuration; those that others could reach are moved to loopback when there is no access token.</summary>
    /// <exception cref="InvalidOperationException">An address cannot be read, or is https without a certificate.</exception>
    public static void Use(WebApplicationBuilder builder, GatewayOptions options, Action<SettingWarning> warn)
    {
        var addresses = ListenAddress.From(builder.Configuration);
        Check(addresses, options, warn);
        if (options.AccessToken is null)
            addresses = [.. addresses.Select(address => OnLoopback(address, warn)).Distinct()];

        // Kestrel would warn that these are overridden.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpsPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Nothing of the "Kestrel" section, which could open other ports.
            kestrel.Configure();
            kestrel.AddServerHeader = false;
            kestrel.Limits.KeepAliveTimeout = options.KeepAlive;
            foreach (var address in addresses)
                Listen(kestrel, address);
        });
    }

    private static void Check(IReadOnlyList<ListenAddress> addresses, GatewayOptions options, Action<SettingWarning> warn)
    {
        if (!options.UsesTls && addresses.FirstOrDefault(address => address.IsHttps) is { } https)
        {
            throw new InvalidOperationException(
                $"The gateway cannot listen on {https}: https needs a certificate, set RAGPY_TLS_CERTIFICATE and RAGPY_TLS_KEY to its PEM files."
            );
        }

        if (options.UsesTls && !addresses.Any(address => address.IsHttps))
        {
            warn(
                new(
                    "ASPNETCORE_URLS",
                    "RAGPY_TLS_CERTIFICATE is set, but ASPNETCORE_URLS has no https address: nothing is encrypted, and http leads to port "
                        + $"{options.PublicHttpsPort}, where something else has to listen."
                )
            );
        }
    }

    private static ListenAddress OnLoopback(ListenAddress address, Action<SettingWarning> warn)
    {
        if (address.IsLoopback)
            return address;

        var local = address with { Host = "localhost" };
        warn(
            new("RAGPY_ACCESS_TOKEN", $"RAGPY_ACCESS_TOKEN is not set: listening on {local} instead of {address}, for this machine alone.")
        );

        return local;
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address)
    {
        Action<ListenOptions> configure = address.IsHttps ? listen => UseCertificate(kestrel, listen) : _ => { };
        if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, configure);
        else if (address.Host == "localhost" && address.Port != 0)
            kestrel.ListenLocalhost(address.Port, configure);
        else if (address.Host == "localhost")
            kestrel.Listen(IPAddress.Loopback, 0, configure);
        else
            kestrel.ListenAnyIP(address.Port, configure);
    }

    private static void UseCertificate(KestrelServerOptions kestrel, ListenOptions listen)
    {
        var certificate = kestrel.ApplicationServices.GetRequiredService<CertificateFiles>();
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificate.Options) });
    }
}
