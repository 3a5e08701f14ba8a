using Yarp.ReverseProxy.Configuration;

namespace RagPy.Gateway.Destinations;

/// <summary>Carries the lists of a source into the proxy; the first one before the gateway starts to listen.</summary>
internal sealed partial class DestinationUpdater(
    IDestinationSource source,
    InMemoryConfigProvider proxy,
    ProxyConfiguration configuration,
    TimeProvider time,
    ILogger<DestinationUpdater> logger
) : BackgroundService
{
    /// <summary>A source that does not answer must not keep the gateway from saying so.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await Task.WhenAny(_first.Task, Task.Delay(s_patience, time, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (source is NoDestinations)
            NowhereToGo();

        IReadOnlyList<string> current = [];
        await foreach (var addresses in source.WatchAsync(stoppingToken))
        {
            if (!addresses.SequenceEqual(current, StringComparer.Ordinal))
            {
                current = addresses;
                proxy.Update(configuration.Routes, configuration.ClustersOf(addresses));
                if (logger.IsEnabled(LogLevel.Information))
                    ReplicasAre(string.Join(", ", addresses));
            }

            _first.TrySetResult();
        }
    }

    [LoggerMessage(LogLevel.Information, "Replicas of the API: {Addresses}")]
    private partial void ReplicasAre(string addresses);

    [LoggerMessage(
        LogLevel.Error,
        "The gateway knows no replica of the API: set RAGPY_GATEWAY_DESTINATIONS to a file that lists them, RAGPY_GATEWAY_DNS to an address whose name resolves "
            + "to them, or services__api__http__0, __1, … to their addresses."
    )]
    private partial void NowhereToGo();
}
