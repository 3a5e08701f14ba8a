using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RagPy.ServiceDefaults;

/// <summary>Body of a probe's answer.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Checks">The checks that are not healthy, with a sentence each; absent when all are.</param>
internal sealed record HealthAnswer(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("checks"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyDictionary<string, string>? Checks
)
{
    public static HealthAnswer From(HealthReport report)
    {
        var failing = report
            .Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .ToDictionary(entry => entry.Key, entry => entry.Value.Description ?? Word(entry.Value.Status), StringComparer.Ordinal);

        return new HealthAnswer(Word(report.Status), failing.Count == 0 ? null : failing);
    }

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
