using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Model;
using RagPy.Hosting.ResourceService;
using RagPy.Hosting.Tools;
using RagPy.LocalServices;

namespace RagPy.Hosting.Running;

/// <summary>The application while it runs.</summary>
internal sealed class RunSession : IAsyncDisposable
{
    private static readonly TimeSpan s_leftoverGrace = TimeSpan.FromSeconds(4);

    /// <summary>What has not ended then is killed: ten seconds after Ctrl-C nothing is left.</summary>
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly AppDefinition _app;
    private readonly FileStream _lock;
    private readonly RunServices _run;
    private readonly DcpConnection _connection;
    private readonly CancellationTokenSource _stopping = new();
    private readonly IReadOnlyDictionary<IResource, ResourceRun> _runs;
    private readonly ResourceRun? _dashboardRun;
    private readonly TaskCompletionSource<Uri> _resourceAddress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResourceServer? _resources;
    private Task _all = Task.CompletedTask;
    private Task _board = Task.CompletedTask;
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
                dashboard.Launch(tools, app.Folder, _resourceAddress.Task),
                replicas: 1,
                run
            );
        Control = new RunControl([.. Runs.OfType<ProcessRun>()]);
    }

    /// <summary>What runs, the dashboard last.</summary>
    public IEnumerable<ResourceRun> Runs => _dashboardRun is null ? _runs.Values : _runs.Values.Append(_dashboardRun);

    public Dashboard? Dashboard { get; }

    /// <summary>Starts, stops and scales what runs.</summary>
    public RunControl Control { get; }

    /// <summary>Ends when the orchestrator is no more, and with it everything else.</summary>
    public Task Lost => Task.WhenAny(_run.Executables.Lost, _run.Endpoints.Lost);

    /// <summary>Starts the orchestrator and lets every resource begin.</summary>
    /// <param name="services">For the commands of the model.</param>
    /// <exception cref="DistributedApplicationException">It cannot be started; nothing is left running.</exception>
    /// <exception cref="LocalServicesException">A program that is needed cannot be had.</exception>
    public static async Task<RunSession> StartAsync(
        AppDefinition app,
        RunConsole console,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        DemandPlatform();
        var folder = app.Folder;
        folder.Create();
        var @lock = RunLock.Take(folder);
        try
        {
            return await StartLockedAsync(app, @lock, console, services, cancellationToken);
        }
        catch (Exception e)
        {
            await Leftovers.EndAsync(folder.Data, s_leftoverGrace, TimeProvider.System, CancellationToken.None);
            await @lock.DisposeAsync();
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new DistributedApplicationException(
                    $"The data folder {folder.Data} cannot be written ({e.Message}); free some space or name another one in RAGPY_DATA.",
                    e
                );
            }

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
        using var patience = new CancellationTokenSource(s_stop, _run.Time);
        var grace = await TryStopInOrderAsync(patience.Token) ? TimeSpan.Zero : s_leftoverGrace;
        await Leftovers.EndAsync(_app.Folder.Data, grace, _run.Time, CancellationToken.None);
        File.Delete(_app.Folder.State);
        EnvironmentFiles.Remove(_app);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_resources is not null)
        {
            await _resources.DisposeAsync();
        }

        await _run.Executables.DisposeAsync();
        await _run.Endpoints.DisposeAsync();
        await _run.Containers.DisposeAsync();
        _run.Client.Dispose();
        _connection.Dispose();
        _stopping.Dispose();
        await _lock.DisposeAsync();
    }

    private static void DemandPlatform()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            throw new DistributedApplicationException(
                "Aspire's orchestrator is installed for Linux on x64 (WSL included) only; build the AppHost with UseAspire=true to run it elsewhere."
            );
        }
    }

    private static async Task<RunSession> StartLockedAsync(
        AppDefinition app,
        FileStream @lock,
        RunConsole console,
        IServiceProvider services,
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
        if (plan.Backings.Any(backing => backing.Key is PostgresServerResource && backing.Value.Process is not null))
        {
            // Here and not by its own process, so that its progress is seen.
            await ToolPackages.EnsureAsync(ToolPackage.Postgres, app.Services, console, cancellationToken);
        }

        var dashboard = app.HasDashboard ? Dashboard.Plan(app.Configuration, ports, console) : null;
        var connection = await DcpProcess.StartAsync(tools.Orchestrator, folder, plan.ContainerRuntime, cancellationToken);
        var client = new DcpClient(connection);
        var run = new RunServices(
            client,
            new DcpWatch<ExecutableSpec, ExecutableStatus>(client, DcpKind.Executables, time),
            new DcpWatch<EndpointSpec, EndpointStatus>(client, DcpKind.Endpoints, time),
            new DcpWatch<ContainerSpec, ContainerStatus>(client, DcpKind.Containers, time),
            console,
            new ChangeSignal(),
            time
        );
        await ServiceAddresses.AllocateAsync(app, client, cancellationToken);
        run.Executables.Start();
        run.Endpoints.Start();
        if (plan.ContainerRuntime is not null)
        {
            run.Containers.Start();
        }

        var factory = new RunFactory(app, plan, dashboard, run);
        await EnvironmentFiles.WriteAsync(app, factory, cancellationToken);

        var session = new RunSession(app, @lock, connection, run, factory, dashboard, tools);
        await session.BeginAsync(plan.Backings, services, cancellationToken);

        return session;
    }

    /// <summary>Shows what runs, then lets it run.</summary>
    private async Task BeginAsync(
        IReadOnlyDictionary<IResource, BackingService> backings,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        if (Dashboard is { } dashboard)
        {
            var view = await ResourceView.MakeAsync(
                _app,
                [.. Runs],
                backings,
                Control,
                _run,
                dashboard.Secrets,
                services,
                cancellationToken
            );
            _board = view.Board.RunAsync(_stopping.Token);
            _resources = await ResourceServer.StartAsync(view, dashboard.ResourceKey, cancellationToken);
            _resourceAddress.SetResult(_resources.Address);
        }

        _all = Task.WhenAll(
            Runs.Select(one => one.RunAsync([.. ModelValidator.WaitsFor(one.Resource).Select(waited => _runs[waited])], _stopping.Token))
        );
    }

    /// <summary>Returns when nothing runs any more or the time is over.</summary>
    /// <returns>False when the orchestrator cannot be told: nobody has asked the processes to end.</returns>
    private async Task<bool> TryStopInOrderAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_all, _board).WaitAsync(cancellationToken);
            await StopInOrderAsync(cancellationToken);
            await _run.Client.ShutDownAsync(cancellationToken);
            while (RunMark.FindProcesses(_app.Folder.Data).Count > 0)
            {
                await Task.Delay(s_poll, _run.Time, cancellationToken);
            }

            return true;
        }
        catch (DcpException)
        {
            return false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>The dashboard is left to the orchestrator: the others send it their last telemetry while they end.</summary>
    private Task StopInOrderAsync(CancellationToken cancellationToken)
    {
        var stops = new Dictionary<ResourceRun, Task>();

        return Task.WhenAll(_runs.Values.Select(StopAfterDependents));

        Task StopAfterDependents(ResourceRun one)
        {
            if (!stops.TryGetValue(one, out var stop))
            {
                var dependents = _runs.Values.Where(other => ModelValidator.WaitsFor(other.Resource).Contains(one.Resource));
                stop = StopAfterAsync(one, [.. dependents.Select(StopAfterDependents)], cancellationToken);
                stops[one] = stop;
            }

            return stop;
        }
    }

    private static async Task StopAfterAsync(ResourceRun one, Task[] dependents, CancellationToken cancellationToken)
    {
        await Task.WhenAll(dependents);
        await one.EndAsync(cancellationToken);
    }
}
