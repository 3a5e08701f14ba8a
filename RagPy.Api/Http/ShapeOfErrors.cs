namespace RagPy.Api.Http;

/// <summary>Endpoint metadata that says how its errors look.</summary>
internal sealed record ShapeOfErrors(ErrorShape Shape);
