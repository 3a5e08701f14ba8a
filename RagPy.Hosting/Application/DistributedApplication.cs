using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RagPy.Hosting.Control;
using RagPy.Hosting.Diagnosis;
using RagPy.Hosting.Publishing;
using RagPy.Hosting.Running;
using RagPy.LocalServices;

namespace Aspire.Hosting;

/// <summary>An application of several processes.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private const string DoctorVerb = "doctor";

    private readonly IHost _host;
    private readonly string[] _arguments;

    internal DistributedApplication(IHost host, string[] arguments)
    {
        _host = host;
        _arguments = arguments;
    }

    public IServiceProvider Services => _host.Services;

    /// <summary>A builder that takes no arguments.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>A builder that takes the program's arguments.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) =>
        CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>A builder.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        return new DistributedApplicationBuilder(options);
    }

    /// <summary>Runs until it is told to stop by Ctrl-C or SIGTERM.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>
    /// Runs until it is told to stop by Ctrl-C, SIGTERM or the token, or does what the arguments ask for instead. What goes wrong is said in a sentence on
    /// standard error, and in the process's exit code.
    /// </summary>
    public virtual async Task RunAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Environment.ExitCode = await RunVerbAsync(cancellationToken);
        }
        catch (Exception e) when (e is DistributedApplicationException or LocalServicesException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            Environment.ExitCode = 1;
        }
    }

    /// <summary>Starts; returns when every resource has begun, which is before all are ready.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public virtual Task StartAsync(CancellationToken cancellationToken = default) => _host.StartAsync(cancellationToken);

    /// <summary>Ends every process.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public virtual void Dispose()
    {
        _host.Dispose();
        GC.SuppressFinalize(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<int> RunVerbAsync(CancellationToken cancellationToken)
    {
        var app = Services.GetRequiredService<AppDefinition>();
        if (app.Execution.IsPublishMode)
        {
            var request = PublishRequest.From(_arguments, app.Configuration);
            await Services.GetRequiredService<Publisher>().PublishAsync(request, cancellationToken);

            return 0;
        }

        if (_arguments.FirstOrDefault(argument => !argument.StartsWith('-')) is { } verb && _arguments[0] == verb)
        {
            if (ControlRequest.Verbs.Contains(verb))
            {
                await ControlSocket.AskAsync(app.Folder, ControlRequest.Parse(_arguments), cancellationToken);

                return 0;
            }

            return verb == DoctorVerb
                ? await new Doctor(app, Services.GetRequiredService<RunConsole>()).RunAsync(cancellationToken)
                : throw new DistributedApplicationException(
                    $"There is no command '{verb}'; leave it out to run the application, or say {DoctorVerb} or {PublishRequest.Verb}, or {string.Join(", ", ControlRequest.Verbs)} while it runs."
                );
        }

        return await RunHostAsync(cancellationToken);
    }

    private async Task<int> RunHostAsync(CancellationToken cancellationToken)
    {
        // Before: the host is disposed of when it has run.
        var run = Services.GetRequiredService<RunHostedService>();
        try
        {
            await _host.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Told to stop before all had begun.
            return 0;
        }

        if (run.Failure is null)
        {
            return 0;
        }

        await Console.Error.WriteLineAsync(run.Failure);

        return 1;
    }
}
