namespace RagPy.Core.Storage;

/// <summary>A stored file: lower-case hexadecimal SHA-256 of its bytes, and its size.</summary>
public sealed record BlobReference(string Sha256, long Length);
