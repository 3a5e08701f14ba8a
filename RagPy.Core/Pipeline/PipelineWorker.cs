using Hangfire;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace RagPy.Core.Pipeline;

/// <summary>
/// The worker of this process: its presence, the relay, the Hangfire server with its pumps. Registered, but started only by who wants one:
/// a service through <see cref="PipelineServiceCollectionExtensions.AddRagPyWorker"/>, the command line by calling it. Starts once.
/// </summary>
public sealed partial class PipelineWorker : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan s_afterAbort = TimeSpan.FromSeconds(4);

    private readonly WorkerParts _parts;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PipelineWorker> _logger;
    private readonly CancellationTokenSource _background = new();
    private readonly List<Task> _loops = [];
    private BackgroundJobServer? _server;
    private bool _isStopped;

    internal PipelineWorker(WorkerParts parts, PipelineOptions options, TimeProvider time, ILogger<PipelineWorker> logger)
    {
        _parts = parts;
        _options = options;
        _time = time;
        _logger = logger;
    }

    /// <summary>Starts working; the schema must be up to date.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _parts.Identity.RegisterAsync(cancellationToken);
        _loops.Add(Task.Run(() => _parts.Keeper.RunAsync(_background.Token), CancellationToken.None));
        _loops.Add(Task.Run(() => _parts.Progress.RunAsync(_background.Token), CancellationToken.None));
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{_parts.Identity.Id}",
                WorkerCount = _options.MaxPumps,
                Queues = [.. Queues.All],
                Activator = new PumpJobActivator(_parts.Job),
                HeartbeatInterval = TimeSpan.FromSeconds(30),
                ServerTimeout = TimeSpan.FromMinutes(2),
                ServerCheckInterval = TimeSpan.FromMinutes(1),
                SchedulePollingInterval = TimeSpan.FromSeconds(30),
                CancellationCheckInterval = TimeSpan.FromSeconds(30),
                StopTimeout = TimeSpan.FromSeconds(1),
                ShutdownTimeout = TimeSpan.FromSeconds(5),
            },
            _parts.Storage.Storage
        );
        _loops.Add(Task.Run(() => _parts.Relay.RunAsync(() => _parts.Pump.Running, _background.Token), CancellationToken.None));
        _loops.Add(Task.Run(() => _parts.Mover.RunAsync(_background.Token), CancellationToken.None));
        _loops.Add(Task.Run(() => _parts.Blobs.RunAsync(_background.Token), CancellationToken.None));
        _loops.Add(Task.Run(() => _parts.Batches.RunAsync(_background.Token), CancellationToken.None));
        LogStarted(_parts.Identity.Id);
    }

    /// <summary>Takes no more work, finishes or releases what runs within the grace period.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null || _isStopped)
        {
            return;
        }

        _isStopped = true;
        _parts.Lifetime.Stop();
        _server.SendStop();
        if (!await WaitForPumpsAsync(_options.GracePeriod, cancellationToken))
        {
            _parts.Lifetime.Abort();
            await WaitForPumpsAsync(s_afterAbort, CancellationToken.None);
        }

        await _parts.Progress.FlushAsync(CancellationToken.None);
        await _background.CancelAsync();
        await Task.WhenAll(_loops);
        // Dispose waits, synchronously, for Hangfire's own threads; nothing of ours runs on them any more.
        await Task.Run(_server.Dispose, CancellationToken.None);
        await _parts.Identity.UnregisterAsync(CancellationToken.None);
        LogStopped();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _background.Dispose();
    }

    private async Task<bool> WaitForPumpsAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        while (_parts.Pump.Running.Count > 0)
        {
            if (_time.GetElapsedTime(begun) >= atMost || cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), _time, CancellationToken.None);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId} works")]
    private partial void LogStarted(int workerId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The worker has stopped")]
    private partial void LogStopped();
}
