namespace Aspire.Hosting.ApplicationModel;

/// <summary>A URL that people are shown.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>Absolute, or relative to the endpoint.</summary>
    public required string Url { get; set; }

    /// <summary>What it is called; null to show the URL alone.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint that it belongs to; null for none.</summary>
    public EndpointReference? Endpoint { get; init; }
}
