namespace RagPy.Hosting.Dcp;

/// <summary>An object of the orchestrator's API.</summary>
internal sealed record DcpObject<TSpec, TStatus>
    where TSpec : class
    where TStatus : class
{
    public string ApiVersion { get; init; } = DcpKind.ApiVersion;

    public required string Kind { get; init; }

    public required DcpMetadata Metadata { get; init; }

    public required TSpec Spec { get; init; }

    public TStatus? Status { get; init; }
}
