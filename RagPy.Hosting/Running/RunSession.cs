using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Model;
using RagPy.Hosting.Tools;

namespace RagPy.Hosting.Running;

/// <summary>The application while it runs.</summary>
internal sealed class RunSession : IAsyncDisposable
{
    private static readonly TimeSpan s_leftoverGrace = TimeSpan.FromSeconds(5);

    /// <summary>A stop takes at most this long and what its last step needs to kill; Ctrl-C is answered within ten seconds.</summary>
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(9);

    private readonly AppDefinition _app;
    private readonly FileStream _lock;
    private readonly RunServices _run;
    private readonly DcpConnection _connection;
    private readonly CancellationTokenSource _stopping = new();
    private readonly IReadOnlyDictionary<IResource, ResourceRun> _runs;
    private readonly ResourceRun? _dashboardRun;
    private readonly Task _all;
    private bool _stopped;

    private RunSession(
        AppDefinition app,
        FileStream @lock,
        DcpConnection connection,
        RunServices run,
        RunFactory factory,
        Dashboard? dashboard,
        AspireTools tools
    )
    {
        _app = app;
        _lock = @lock;
        _run = run;
        _connection = connection;
        Dashboard = dashboard;
        _runs = app.Model.Resources.ToDictionary(resource => resource, factory.Create);
        _dashboardRun = dashboard is null
            ? null
            : new ProcessRun(
                new ExecutableResource(Dashboard.ResourceName, tools.Managed, app.Folder.Home),
                dashboard.Launch(tools, app.Folder),
                replicas: 1,
                run
            );
        _all = Task.WhenAll(
            Runs.Select(one => one.RunAsync([.. ModelValidator.WaitsFor(one.Resource).Select(waited => _runs[waited])], _stopping.Token))
        );
    }

    /// <summary>What runs, the dashboard last.</summary>
    public IEnumerable<ResourceRun> Runs => _dashboardRun is null ? _runs.Values : _runs.Values.Append(_dashboardRun);

    public Dashboard? Dashboard { get; }

    /// <summary>Ends when the orchestrator is no more, and with it everything else.</summary>
    public Task Lost => Task.WhenAny(_run.Executables.Lost, _run.Endpoints.Lost);

    /// <summary>Starts the orchestrator and lets every resource begin.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be started; nothing is left running.</exception>
    /// <exception cref="LocalServices.LocalServicesException">A program that is needed cannot be had.</exception>
    public static async Task<RunSession> StartAsync(AppDefinition app, RunConsole console, CancellationToken cancellationToken)
    {
        var folder = app.Folder;
        folder.Create();
        var @lock = RunLock.Take(folder);
        try
        {
            return await StartLockedAsync(app, @lock, console, cancellationToken);
        }
        catch
        {
            await Leftovers.EndAsync(folder.Data, s_leftoverGrace, TimeProvider.System, CancellationToken.None);
            await @lock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends everything: those that depend on others before them, the orchestrator last. What does not end in time is killed.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        await _stopping.CancelAsync();
        var begin = _run.Time.GetTimestamp();
        using var patience = new CancellationTokenSource(s_stop, _run.Time);
        try
        {
            await _all.WaitAsync(patience.Token);
            await StopInOrderAsync(patience.Token);
            await _run.Client.ShutDownAsync(patience.Token);
            while (RunMark.FindProcesses(_app.Folder.Data).Count > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), _run.Time, patience.Token);
            }
        }
        catch (Exception e) when (e is DcpException or OperationCanceledException)
        {
            // The orchestrator is gone or too slow: what it leaves is ended below.
        }

        var left = s_stop - _run.Time.GetElapsedTime(begin);
        await Leftovers.EndAsync(
            _app.Folder.Data,
            left > TimeSpan.Zero && RunMark.FindProcesses(_app.Folder.Data).Count > 0
                ? TimeSpan.FromTicks(Math.Min(left.Ticks, TimeSpan.FromSeconds(3).Ticks))
                : TimeSpan.Zero,
            _run.Time,
            CancellationToken.None
        );
        File.Delete(_app.Folder.State);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _run.Executables.DisposeAsync();
        await _run.Endpoints.DisposeAsync();
        _run.Client.Dispose();
        _connection.Dispose();
        _stopping.Dispose();
        await _lock.DisposeAsync();
    }

    private static async Task<RunSession> StartLockedAsync(
        AppDefinition app,
        FileStream @lock,
        RunConsole console,
        CancellationToken cancellationToken
    )
    {
        var folder = app.Folder;
        var time = TimeProvider.System;
        var left = await Leftovers.EndAsync(folder.Data, s_leftoverGrace, time, cancellationToken);
        if (left > 0)
        {
            console.Say($"Ended {left} processes that a former run had left behind.");
        }

        var plan = await RunPlan.MakeAsync(app, cancellationToken);
        var ports = new PortBook(folder.Ports);
        ServiceAddresses.SettlePorts(app, ports, console);
        var tools = await AspireBundle.EnsureAsync(app.Services, console, cancellationToken);
        var dashboard = app.HasDashboard ? Dashboard.Plan(app.Configuration, ports, console) : null;
        var connection = await DcpProcess.StartAsync(tools.Orchestrator, folder, cancellationToken);
        var client = new DcpClient(connection);
        var run = new RunServices(
            client,
            new DcpWatch<ExecutableSpec, ExecutableStatus>(client, DcpKind.Executables, time),
            new DcpWatch<EndpointSpec, EndpointStatus>(client, DcpKind.Endpoints, time),
            console,
            time
        );
        await ServiceAddresses.AllocateAsync(app, client, cancellationToken);
        run.Executables.Start();
        run.Endpoints.Start();
        var factory = new RunFactory(app, plan, dashboard, run);
        await EnvironmentFiles.WriteAsync(app, factory, cancellationToken);

        return new RunSession(app, @lock, connection, run, factory, dashboard, tools);
    }

    private Task StopInOrderAsync(CancellationToken cancellationToken)
    {
        var stops = new Dictionary<ResourceRun, Task>();

        return Task.WhenAll(Runs.Select(StopAfterDependents));

        Task StopAfterDependents(ResourceRun one)
        {
            if (!stops.TryGetValue(one, out var stop))
            {
                var dependents = Runs.Where(other => ModelValidator.WaitsFor(other.Resource).Contains(one.Resource));
                stop = StopAfterAsync(one, [.. dependents.Select(StopAfterDependents)], cancellationToken);
                stops[one] = stop;
            }

            return stop;
        }
    }

    private static async Task StopAfterAsync(ResourceRun one, Task[] dependents, CancellationToken cancellationToken)
    {
        await Task.WhenAll(dependents);
        await one.StopAsync(cancellationToken);
    }
}
