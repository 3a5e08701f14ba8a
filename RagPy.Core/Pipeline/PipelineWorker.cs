using Hangfire;
using Microsoft.Extensions.DependencyInjection;
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

    private readonly IServiceProvider _services;
    private readonly PipelineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<PipelineWorker> _logger;
    private readonly WorkerLifetime _lifetime;
    private readonly CancellationTokenSource _background = new();
    private readonly List<Task> _loops = [];
    private BackgroundJobServer? _server;
    private bool _isStopped;

    internal PipelineWorker(IServiceProvider services, PipelineOptions options, WorkerLifetime lifetime, TimeProvider time, ILogger<PipelineWorker> logger)
    {
        _services = services;
        _options = options;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
    }

    /// <summary>Starts working; the schema must be up to date.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Service<WorkerIdentity>().RegisterAsync(cancellationToken);
        var pump = Service<Pump>();
        _loops.Add(Task.Run(() => Service<LeaseKeeper>().RunAsync(_background.Token), CancellationToken.None));
        _loops.Add(Task.Run(() => Service<ProgressWriter>().RunAsync(_background.Token), CancellationToken.None));
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{Service<WorkerIdentity>().Id}",
                WorkerCount = _options.MaxPumps,
                Queues = [.. Queues.All],
                Activator = new ServiceJobActivator(_services),
                HeartbeatInterval = TimeSpan.FromSeconds(30),
                ServerTimeout = TimeSpan.FromMinutes(2),
                ServerCheckInterval = TimeSpan.FromMinutes(1),
                SchedulePollingInterval = TimeSpan.FromSeconds(30),
                CancellationCheckInterval = TimeSpan.FromSeconds(30),
                StopTimeout = TimeSpan.FromSeconds(1),
                ShutdownTimeout = TimeSpan.FromSeconds(5),
            },
            Service<HangfireStorage>().Storage
        );
        _loops.Add(Task.Run(() => Service<Relay>().RunAsync(() => pump.Running, _background.Token), CancellationToken.None));
        LogStarted(Service<WorkerIdentity>().Id);
    }

    /// <summary>Takes no more work, finishes or releases what runs within the grace period.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null || _isStopped)
        {
            return;
        }

        _isStopped = true;
        _lifetime.Stop();
        _server.SendStop();
        if (!await WaitForPumpsAsync(_options.GracePeriod, cancellationToken))
        {
            _lifetime.Abort();
            await WaitForPumpsAsync(s_afterAbort, CancellationToken.None);
        }

        await Service<ProgressWriter>().FlushAsync(CancellationToken.None);
        await _background.CancelAsync();
        await Task.WhenAll(_loops);
        // Dispose waits, synchronously, for Hangfire's own threads; nothing of ours runs on them any more.
        await Task.Run(_server.Dispose, CancellationToken.None);
        await Service<WorkerIdentity>().UnregisterAsync(CancellationToken.None);
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
        var pump = Service<Pump>();
        var begun = _time.GetTimestamp();
        while (pump.Running.Count > 0)
        {
            if (_time.GetElapsedTime(begun) >= atMost || cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), _time, CancellationToken.None);
        }

        return true;
    }

    private T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    [LoggerMessage(Level = LogLevel.Information, Message = "Worker {WorkerId} works")]
    private partial void LogStarted(int workerId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The worker has stopped")]
    private partial void LogStopped();
}
