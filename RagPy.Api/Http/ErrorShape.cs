namespace RagPy.Api.Http;

/// <summary>Endpoint metadata: how its errors look.</summary>
internal enum ErrorShape
{
    /// <summary>Problem details (RFC 9457) with a <c>code</c>.</summary>
    Problem,

    /// <summary><c>{"detail": …}</c>, as the original's signed-in routes.</summary>
    Detail,

    /// <summary><c>{"error": …}</c>, as the original's open routes.</summary>
    Error,
}
