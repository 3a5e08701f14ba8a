using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A way to call a resource.</summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    /// <param name="uriScheme">Scheme of its URLs; the protocol's name when null.</param>
    /// <param name="transport"><c>http</c>, <c>http2</c> or <c>tcp</c>; follows from the scheme when null.</param>
    /// <param name="name">Its name in the resource; the scheme when null.</param>
    /// <param name="port">Port that callers use; null for a free one.</param>
    /// <param name="targetPort">Port that the process listens on; null for a free one.</param>
    /// <param name="isExternal">It may be called from outside when published.</param>
    /// <param name="isProxied">Callers come through the orchestrator, which spreads them over the replicas.</param>
    public EndpointAnnotation(
        ProtocolType protocol,
        string? uriScheme = null,
        string? transport = null,
        string? name = null,
        int? port = null,
        int? targetPort = null,
        bool? isExternal = null,
        bool isProxied = true
    )
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        Transport = transport ?? (UriScheme is "http" or "https" ? "http" : "tcp");
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public int? Port { get; set; }

    public int? TargetPort { get; set; }

    public string UriScheme { get; set; }

    /// <summary>Host that the process listens on.</summary>
    public string TargetHost { get; set; } = "localhost";

    public string Transport { get; set; }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    /// <summary>Where it is in this run; null before that is known.</summary>
    public AllocatedEndpoint? AllocatedEndpoint { get; set; }
}
