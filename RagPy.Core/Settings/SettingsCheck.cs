using Microsoft.Extensions.Hosting;

namespace RagPy.Core.Settings;

/// <summary>Binds the settings at the start of a host even when nothing asks for them, so that a mistake shows at once.</summary>
internal sealed class SettingsCheck(RagPySettings settings) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = settings;

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
