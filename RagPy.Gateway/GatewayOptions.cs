using System.Net;
using RagPy.Core.Settings;

namespace RagPy.Gateway;

/// <summary>What the gateway works by: its settings, checked, and times that are not settings.</summary>
internal sealed record GatewayOptions
{
    /// <summary>A token shorter than this could be guessed.</summary>
    public const int ShortestToken = 16;

    /// <summary>File that lists the replicas; wins over <see cref="DnsAddress"/>.</summary>
    public string? DestinationsFile { get; init; }

    /// <summary>Address whose host name resolves to every replica; wins over the <c>services__api__…</c> variables.</summary>
    public Uri? DnsAddress { get; init; }

    /// <summary>Asked of every request but probes; null leaves the gateway on loopback.</summary>
    public string? AccessToken { get; init; }

    /// <summary>Shown to replicas with each request; null for nothing.</summary>
    public string? ReplicaKey { get; init; }

    /// <summary>PEM file with the certificate and those that lead to its root; null for no TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the private key.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>Port of https as clients see it.</summary>
    public int PublicHttpsPort { get; init; } = 443;

    /// <summary>Who may say on whose behalf a request comes; empty for nobody.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Requests per second of one client, of which it may make twice as many at once; 0 for no limit.</summary>
    public int RequestsPerSecond { get; init; } = 300;

    /// <summary>Event streams that one client may hold; 0 for no limit.</summary>
    public int StreamsPerClient { get; init; } = 200;

    /// <summary>Bytes of an upload.</summary>
    public long MaxUploadBytes { get; init; } = 1L << 30;

    /// <summary>How long the gateway serves on after it has said that it is not ready any more.</summary>
    public TimeSpan DrainDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an idle connection of a client stays open.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Time between two probes of a replica.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time in which failures of a replica add up, and for which it is then left alone.</summary>
    public TimeSpan FailureWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two looks at <see cref="DestinationsFile"/>.</summary>
    public TimeSpan FileInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time between two look-ups of <see cref="DnsAddress"/>.</summary>
    public TimeSpan DnsInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two looks at the certificate's files.</summary>
    public TimeSpan CertificateInterval { get; init; } = TimeSpan.FromSeconds(10);

    public bool UsesTls => CertificateFile is not null;

    /// <summary>Takes the settings; what cannot be used is left out with one warning, a sentence for a person.</summary>
    public static GatewayOptions From(RagPySettings settings, Action<SettingWarning> warn)
    {
        var tls = HasCertificate(settings, warn);

        return new GatewayOptions
        {
            DestinationsFile = settings.GatewayDestinationsFile,
            DnsAddress = DnsOf(settings, warn),
            AccessToken = TokenOf(settings, warn),
            ReplicaKey = settings.GatewayKey,
            CertificateFile = tls ? settings.TlsCertificateFile : null,
            CertificateKeyFile = tls ? settings.TlsKeyFile : null,
            PublicHttpsPort = settings.GatewayHttpsPort,
            TrustedProxies = ProxiesOf(settings, warn),
            RequestsPerSecond = settings.GatewayRateLimit,
            StreamsPerClient = settings.GatewayStreamLimit,
            MaxUploadBytes = settings.MaxUploadBytes,
            DrainDelay = TimeSpan.FromSeconds(settings.GatewayDrainSeconds),
            KeepAlive = TimeSpan.FromSeconds(settings.UvicornTimeoutKeepAliveSeconds),
        };
    }

    /// <summary>Never the token or the key.</summary>
    public override string ToString() => nameof(GatewayOptions);

    private static string? TokenOf(RagPySettings settings, Action<SettingWarning> warn)
    {
        const string name = "RAGPY_ACCESS_TOKEN";
        if (settings.AccessToken is not { Length: < ShortestToken })
            return settings.AccessToken;

        warn(new(name, $"{name} is shorter than {ShortestToken} characters and could be guessed (not shown); treated as not set."));

        return null;
    }

    private static Uri? DnsOf(RagPySettings settings, Action<SettingWarning> warn)
    {
        const string name = "RAGPY_GATEWAY_DNS";
        if (settings.GatewayDns is not { } text || new Uri(text) is not { } address)
            return null;
        if (address.Scheme == Uri.UriSchemeHttp)
            return address;

        warn(new(name, $"{name} is \"{text}\"; expected an http address, as certificates do not name the replicas; treated as not set."));

        return null;
    }

    private static bool HasCertificate(RagPySettings settings, Action<SettingWarning> warn)
    {
        const string certificate = "RAGPY_TLS_CERTIFICATE";
        const string key = "RAGPY_TLS_KEY";
        if (settings.TlsCertificateFile is null != settings.TlsKeyFile is null)
        {
            var (set, missing) = settings.TlsKeyFile is null ? (certificate, key) : (key, certificate);
            warn(new(missing, $"{set} is set and {missing} is not; TLS needs both files; treated as not set."));
        }

        return settings.TlsCertificateFile is not null && settings.TlsKeyFile is not null;
    }

    private static List<IPNetwork> ProxiesOf(RagPySettings settings, Action<SettingWarning> warn)
    {
        const string name = "RAGPY_GATEWAY_TRUSTED_PROXIES";
        var networks = new List<IPNetwork>();
        var entries = (settings.GatewayTrustedProxies ?? "").Split(
            ',',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );
        foreach (var entry in entries)
        {
            if (IPNetwork.TryParse(entry, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(entry, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else
                warn(new(name, $"{name} contains \"{entry}\"; expected addresses or networks such as 10.0.0.0/8; this one is left out."));
        }

        return networks;
    }
}
