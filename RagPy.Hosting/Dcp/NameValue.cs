namespace RagPy.Hosting.Dcp;

internal sealed record NameValue(string Name, string Value);
