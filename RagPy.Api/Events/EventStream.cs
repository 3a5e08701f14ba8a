namespace RagPy.Api.Events;

/// <summary>Endpoint metadata: the answer is a stream of events, open for as long as there are any.</summary>
internal sealed record EventStream;
