using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RagPy.ServiceDefaults;

/// <summary>One run of the checks shared by all who ask within a second, so that probing hard does not become load on the database.</summary>
/// <param name="log">Told of every report; null for nobody.</param>
internal sealed class SharedHealthReport(
    HealthCheckService checks,
    TimeProvider time,
    Func<HealthCheckRegistration, bool> predicate,
    ReadinessLog? log = null
)
{
    /// <summary>How old an answer may be: well below any probe's period.</summary>
    private static readonly TimeSpan s_maxAge = TimeSpan.FromSeconds(1);

    /// <summary>No probe waits longer than this for a dependency that hangs.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _running;
    private long _startedAt;

    /// <summary>The present report. Cancelling gives up waiting; the run goes on for the others.</summary>
    public Task<HealthReport> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running is null || (_running.IsCompleted && time.GetElapsedTime(_startedAt) >= s_maxAge))
            {
                _startedAt = time.GetTimestamp();
                _running = RunAsync();
            }

            return _running.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthReport> RunAsync()
    {
        // Off the caller's thread: the lock is held while this begins.
        await Task.Yield();
        var report = await CheckAsync();
        log?.Note(report);

        return report;
    }

    private async Task<HealthReport> CheckAsync()
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        try
        {
            return await checks.CheckHealthAsync(predicate, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return TimedOut();
        }
    }

    private static HealthReport TimedOut()
    {
        var entry = new HealthReportEntry(
            HealthStatus.Unhealthy,
            $"No answer within {s_patience.TotalSeconds} s.",
            s_patience,
            exception: null,
            data: null
        );

        return new HealthReport(new Dictionary<string, HealthReportEntry>(StringComparer.Ordinal) { ["checks"] = entry }, s_patience);
    }
}
