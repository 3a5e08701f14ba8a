namespace RagPy.Hosting.Dcp;

internal sealed record DcpList<T>(IReadOnlyList<T>? Items);
