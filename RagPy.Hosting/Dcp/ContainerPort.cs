using System.Text.Json.Serialization;

namespace RagPy.Hosting.Dcp;

/// <summary>A port of a container, and where it is on this machine.</summary>
/// <param name="Number">Port in the container.</param>
/// <param name="HostPort">Port on this machine.</param>
/// <param name="HostIP">Address of this machine.</param>
internal sealed record ContainerPort(
    [property: JsonPropertyName("containerPort")] int Number,
    int HostPort,
    string HostIP,
    string Protocol
);
