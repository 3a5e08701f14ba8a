namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of an endpoint's address.</summary>
public enum EndpointProperty
{
    Url = 0,
    Host = 1,

    /// <summary>The host as an IPv4 address.</summary>
    IPV4Host = 2,
    Port = 3,
    Scheme = 4,

    /// <summary>The port that the process itself listens on; each replica has its own.</summary>
    TargetPort = 5,
    HostAndPort = 6,
}
