namespace RagPy.Hosting.Dcp;

internal sealed record EndpointStatus(string? State);
