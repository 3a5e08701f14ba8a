namespace RagPy.Hosting.Dcp;

/// <summary>An entry of the annotation <see cref="DcpKind.ServiceProducer"/>.</summary>
/// <param name="Port">Null: the port of the template <c>portForServing</c>.</param>
internal sealed record ServedService(string ServiceName, int? Port);
