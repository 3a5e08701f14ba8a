namespace RagPy.Hosting.Dcp;

internal sealed record AmbientEnvironment(string Behavior);
