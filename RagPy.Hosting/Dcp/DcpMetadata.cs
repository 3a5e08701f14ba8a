namespace RagPy.Hosting.Dcp;

/// <summary>Name and annotations of an object.</summary>
internal sealed record DcpMetadata
{
    public required string Name { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<DcpOwner>? OwnerReferences { get; init; }
}
