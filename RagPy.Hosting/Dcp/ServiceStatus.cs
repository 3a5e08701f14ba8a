namespace RagPy.Hosting.Dcp;

internal sealed record ServiceStatus(string? State, string? EffectiveAddress, int? EffectivePort);
