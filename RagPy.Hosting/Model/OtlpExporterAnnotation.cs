using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>The resource sends its telemetry to the dashboard.</summary>
internal sealed record OtlpExporterAnnotation : IResourceAnnotation;
