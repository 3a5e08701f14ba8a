using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Storage;
using RagPy.Ingestion.Commands;

namespace RagPy.Ingestion;

/// <summary>
/// The worker in its host: waits for the database, brings its schema up to date, then works. When the host is told to stop it is unready first, then finishes
/// or gives back what runs, while the probes still answer.
/// </summary>
internal sealed partial class WorkerService(
    DatabaseMigrator migrator,
    ProjectService projects,
    PipelineWorker worker,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<WorkerService> logger
) : BackgroundService, IHostedLifecycleService, IHealthCheck
{
    /// <summary>Name of its health check.</summary>
    public const string CheckName = "worker";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private volatile string? _unready = "The database is being brought up to date.";

    /// <summary>Why it could not work, when that is why the host stops.</summary>
    public CommandException? Failure { get; private set; }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            _unready is { } reason ? new HealthCheckResult(context.Registration.FailureStatus, reason) : HealthCheckResult.Healthy()
        );

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _unready = "The worker is stopping.";
        await StopAsync(cancellationToken);
        await worker.StopAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryBeginAsync(stoppingToken))
            await Task.Delay(s_pause, time, stoppingToken);
    }

    private async Task<bool> TryBeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            await migrator.MigrateAsync(cancellationToken);
            await projects.EnsureLocalOwnerAsync(cancellationToken);
            await worker.StartAsync(cancellationToken);
            _unready = null;

            return true;
        }
        catch (PostgresException e) when (!IsPassing(e))
        {
            // A wrong password or a missing right does not mend itself: whoever runs this shall hear of it.
            Failure = new CommandException(
                $"PostgreSQL cannot be used: {e.MessageText} Check DATABASE_URL, or leave it unset to use the embedded one."
            );
            lifetime.StopApplication();

            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            LogWaiting(e.Message);

            return false;
        }
    }

    /// <summary>Starting, stopping, full: it will be another time.</summary>
    private static bool IsPassing(PostgresException exception) =>
        exception.IsTransient || exception.SqlState.StartsWith("57P", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer yet, trying again: {Reason}")]
    private partial void LogWaiting(string reason);
}
