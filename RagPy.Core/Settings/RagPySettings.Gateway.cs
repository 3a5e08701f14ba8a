namespace RagPy.Core.Settings;

/// <content>The gateway.</content>
public sealed partial record RagPySettings
{
    [Setting(
        "RAGPY_ACCESS_TOKEN",
        "What the gateway asks of every request but probes, as `Authorization: Bearer …` or in its login form; at least 16 characters.",
        IsSecret = true,
        Unset = "not set: the gateway listens on this machine alone"
    )]
    public string? AccessToken { get; init; }

    [Setting(
        "RAGPY_GATEWAY_DESTINATIONS",
        "JSON file that lists the replicas of the API, read again when it changes: `{\"destinations\":[\"http://127.0.0.1:41001\"]}`."
    )]
    public string? GatewayDestinationsFile { get; init; }

    [Setting(
        "RAGPY_GATEWAY_DNS",
        "Address whose host name resolves to every replica of the API (a service of Docker, a headless service of Kubernetes), as `http://api:8080`.",
        IsUrl = true,
        Unset = "the replicas are those of `services__api__http__0`, `__1`, …"
    )]
    public string? GatewayDns { get; init; }

    [Setting(
        "RAGPY_GATEWAY_TRUSTED_PROXIES",
        "Addresses or networks, separated by commas, of proxies in front of the gateway whose `X-Forwarded-*` headers are believed.",
        Unset = "nobody is believed"
    )]
    public string? GatewayTrustedProxies { get; init; }

    [Setting(
        "RAGPY_GATEWAY_RATE_LIMIT",
        "Requests per second that one client address may make, twice as many in a burst; 0 for no limit.",
        Min = 0,
        Max = 1_000_000,
        Unit = "requests per second"
    )]
    public int GatewayRateLimit { get; init; } = 300;

    [Setting(
        "RAGPY_GATEWAY_STREAM_LIMIT",
        "Event streams (progress) that one client address may hold open; 0 for no limit.",
        Min = 0,
        Max = 1_000_000,
        Unit = "streams"
    )]
    public int GatewayStreamLimit { get; init; } = 200;

    [Setting(
        "RAGPY_GATEWAY_DRAIN_SECONDS",
        "How long a stopping gateway serves on after it has said that it is not ready.",
        Min = 0,
        Max = 600,
        Unit = "seconds"
    )]
    public int GatewayDrainSeconds { get; init; } = 5;

    [Setting(
        "RAGPY_TLS_CERTIFICATE",
        "PEM file with the gateway's certificate and its chain, read again when it is renewed.",
        Unset = "no TLS"
    )]
    public string? TlsCertificateFile { get; init; }

    [Setting("RAGPY_TLS_KEY", "PEM file with the private key of `RAGPY_TLS_CERTIFICATE`.", Unset = "no TLS")]
    public string? TlsKeyFile { get; init; }

    [Setting("RAGPY_GATEWAY_HTTPS_PORT", "Port of https as clients see it, to which http is sent when TLS is on.", Min = 1, Max = 65_535)]
    public int GatewayHttpsPort { get; init; } = 443;
}
