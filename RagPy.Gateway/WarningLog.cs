namespace RagPy.Gateway;

/// <summary>Says at the start what in the settings could not be used.</summary>
internal sealed partial class WarningLog(IEnumerable<GatewayWarning> warnings, ILogger<WarningLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in warnings)
            Say(warning.Message);

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Message}")]
    private partial void Say(string message);
}
