using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace RagPy.ServiceDefaults;

/// <summary>
/// Says when a service becomes ready and when it is not any more, once for each change. That it is not ready while it starts is what probes are there to find out,
/// and no error.
/// </summary>
internal sealed partial class ReadinessLog(ILogger logger)
{
    private string _last = "";
    private bool _wasReady;

    /// <summary>Takes note of a report; those of one service come one after another.</summary>
    public void Note(HealthReport report)
    {
        var failing = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy).ToArray();
        var reasons = string.Join(" ", failing.Select(entry => $"{entry.Key}: {entry.Value.Description ?? entry.Value.Status.ToString()}"));
        if (reasons == _last && (_wasReady || report.Status == HealthStatus.Unhealthy))
        {
            return;
        }

        var exception = failing.Select(entry => entry.Value.Exception).FirstOrDefault(one => one is not null);
        switch (report.Status)
        {
            case HealthStatus.Healthy:
                Ready();
                break;
            case HealthStatus.Degraded:
                Degraded(exception, reasons);
                break;
            case HealthStatus.Unhealthy when _wasReady:
                NotReady(exception, reasons);
                break;
            default:
                NotReadyYet(reasons);
                break;
        }

        _last = reasons;
        _wasReady |= report.Status != HealthStatus.Unhealthy;
    }

    [LoggerMessage(LogLevel.Information, "Ready.")]
    private partial void Ready();

    [LoggerMessage(LogLevel.Information, "Not ready yet: {Reasons}")]
    private partial void NotReadyYet(string reasons);

    [LoggerMessage(LogLevel.Warning, "Ready, with something missing: {Reasons}")]
    private partial void Degraded(Exception? exception, string reasons);

    [LoggerMessage(LogLevel.Error, "Not ready any more: {Reasons}")]
    private partial void NotReady(Exception? exception, string reasons);
}
