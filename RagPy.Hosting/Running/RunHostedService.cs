using Aspire.Hosting;
using Microsoft.Extensions.Hosting;
using RagPy.Hosting.Control;
using RagPy.LocalServices;

namespace RagPy.Hosting.Running;

/// <summary>Runs the application for as long as the host lives.</summary>
internal sealed class RunHostedService(AppDefinition app, RunConsole console, IServiceProvider services, IHostApplicationLifetime lifetime)
    : IHostedService
{
    private readonly CancellationTokenSource _end = new();
    private RunSession? _session;
    private ControlSocket? _control;
    private Task _watch = Task.CompletedTask;

    /// <summary>Why the run ended by itself; null when it was told to stop.</summary>
    public string? Failure { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        console.Say($"Starting {app.Name} …");
        _session = await RunSession.StartAsync(app, console, services, cancellationToken);
        var report = new RunReport(app, _session, console, TimeProvider.System, begin);
        _control = ControlSocket.Listen(app.Folder, _session.Control);
        _watch = WatchAsync(report, _session, _end.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_session is null)
        {
            return;
        }

        var begin = TimeProvider.System.GetTimestamp();
        console.Say("Stopping …");
        await _end.CancelAsync();
        await _watch;
        if (_control is not null)
        {
            await _control.DisposeAsync();
        }

        await _session.DisposeAsync();
        _session = null;
        console.Say($"Stopped after {TimeProvider.System.GetElapsedTime(begin).TotalSeconds:0.0} s.");
    }

    private async Task WatchAsync(RunReport report, RunSession session, CancellationToken cancellationToken)
    {
        try
        {
            var ends = Task.WhenAny(LostAsync(session), LauncherEndAsync(cancellationToken));
            await await Task.WhenAny(report.RunAsync(cancellationToken), ends);
            Fail(await await ends.WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServicesException or IOException)
        {
            Fail(e.Message);
        }
    }

    private static async Task<string> LostAsync(RunSession session)
    {
        await session.Lost;

        return "The orchestrator was ended from outside; everything it ran is stopped.";
    }

    private static async Task<string> LauncherEndAsync(CancellationToken cancellationToken)
    {
        await Launcher.WaitForEndAsync(TimeProvider.System, cancellationToken);

        return "The 'dotnet run' that started this was ended from outside; everything is stopped.";
    }

    private void Fail(string reason)
    {
        Failure = reason;
        lifetime.StopApplication();
    }
}
