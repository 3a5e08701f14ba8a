namespace Aspire.Hosting.ApplicationModel;

/// <summary>A probe that is a GET.</summary>
public sealed class EndpointProbeAnnotation : ProbeAnnotation
{
    public required EndpointReference EndpointReference { get; init; }

    public required string Path { get; init; }
}
