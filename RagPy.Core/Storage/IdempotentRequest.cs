namespace RagPy.Core.Storage;

/// <summary>A request that carried an idempotency key, and the answer that is given to it again.</summary>
public sealed class IdempotentRequest
{
    public long PersonId { get; set; }

    public required string Key { get; set; }

    /// <summary>Hash of what was asked.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>HTTP status of the answer; null while the request is under way.</summary>
    public int? Status { get; set; }

    /// <summary>JSON.</summary>
    public string? Body { get; set; }

    public string? Location { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
