namespace RagPy.Hosting.Dcp;

/// <summary>The object that another one belongs to.</summary>
internal sealed record DcpOwner(string Kind, string Name);
