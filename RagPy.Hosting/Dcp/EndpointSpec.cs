namespace RagPy.Hosting.Dcp;

/// <summary>Where one process serves a service.</summary>
internal sealed record EndpointSpec(string? ServiceName, string? Address, int Port);
