using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;

namespace Aspire.Hosting;

/// <content>Probes.</content>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Lets the orchestrator ask the resource by a GET. On this machine it is a health check.</summary>
    /// <param name="path">Path and query; <c>/</c> when null.</param>
    /// <param name="initialDelaySeconds">Seconds before the first question; 5 when null.</param>
    /// <param name="periodSeconds">Seconds between two questions; 5 when null.</param>
    /// <param name="timeoutSeconds">Seconds in which it has to answer; 1 when null.</param>
    /// <param name="failureThreshold">Failures in a row that count as one; 3 when null.</param>
    /// <param name="successThreshold">Successes in a row after which it is well again; 1 when null.</param>
    /// <param name="endpointName">Endpoint that is asked; the first HTTP endpoint when null.</param>
    public static IResourceBuilder<T> WithHttpProbe<T>(
        this IResourceBuilder<T> builder,
        ProbeType type,
        string? path = null,
        int? initialDelaySeconds = null,
        int? periodSeconds = null,
        int? timeoutSeconds = null,
        int? failureThreshold = null,
        int? successThreshold = null,
        string? endpointName = null
    )
        where T : IResourceWithEndpoints, IResourceWithProbes
    {
        ArgumentNullException.ThrowIfNull(builder);
        var check = new HttpHealthCheckAnnotation(endpointName, path ?? "/", StatusCode: 200);
        var probe = new EndpointProbeAnnotation
        {
            Type = type,
            EndpointReference = builder.GetEndpoint(endpointName ?? check.EndpointOf(builder.Resource)?.Name ?? "http"),
            Path = check.Path,
            InitialDelaySeconds = initialDelaySeconds ?? 5,
            PeriodSeconds = periodSeconds ?? 5,
            TimeoutSeconds = timeoutSeconds ?? 1,
            FailureThreshold = failureThreshold ?? 3,
            SuccessThreshold = successThreshold ?? 1,
        };
        foreach (var old in builder.Resource.Annotations.OfType<ProbeAnnotation>().Where(old => old.Type == type).ToArray())
        {
            builder.Resource.Annotations.Remove(old);
        }

        builder.WithAnnotation(probe);

        // Several probes may ask the same.
        return builder.Resource.Annotations.OfType<HttpHealthCheckAnnotation>().Contains(check)
            ? builder
            : builder.WithHttpHealthCheck(check.Path, check.StatusCode, endpointName);
    }
}
