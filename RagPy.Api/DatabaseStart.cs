using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RagPy.Core.Storage;

namespace RagPy.Api;

/// <summary>Brings the schema up to date when the service starts, as soon as the database answers; until then the service is not ready.</summary>
internal sealed partial class DatabaseStart(DatabaseMigrator migrator, TimeProvider time, ILogger<DatabaseStart> logger)
    : BackgroundService,
        IHealthCheck
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private volatile bool _isDone;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            _isDone
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(context.Registration.FailureStatus, "The database is being brought up to date.")
        );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isDone)
        {
            try
            {
                await migrator.MigrateAsync(stoppingToken);
                _isDone = true;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                LogWaiting(exception.Message);
                await Task.Delay(s_pause, time, stoppingToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database cannot be brought up to date yet, trying again: {Reason}")]
    private partial void LogWaiting(string reason);
}
