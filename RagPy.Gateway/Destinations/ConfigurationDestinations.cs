using System.Runtime.CompilerServices;

namespace RagPy.Gateway.Destinations;

/// <summary>
/// Replicas handed over in the form of Aspire's service discovery, <c>services__api__http__0</c>, <c>__1</c>, … (then <c>https</c>), and again after the configuration
/// has been reloaded.
/// </summary>
internal sealed partial class ConfigurationDestinations(IConfiguration configuration, ILogger<ConfigurationDestinations> logger)
    : IDestinationSource
{
    private const string Section = "services:api";

    /// <summary>Whether the configuration names a replica.</summary>
    public bool IsSet => Values().Any();

    public async IAsyncEnumerable<IReadOnlyList<string>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using (configuration.GetReloadToken().RegisterChangeCallback(_ => changed.TrySetResult(), null))
            {
                yield return Read();
                await changed.Task.WaitAsync(cancellationToken);
            }
        }
    }

    private List<string> Read()
    {
        var addresses = new List<string>();
        foreach (var value in Values())
        {
            if (DestinationAddress.TryNormalize(value.Value, out var address))
                addresses.Add(address);
            else
                LeftOut(value.Path, value.Value!);
        }

        return addresses;
    }

    private IEnumerable<IConfigurationSection> Values()
    {
        var service = configuration.GetSection(Section);

        return service
            .GetSection("http")
            .GetChildren()
            .Concat(service.GetSection("https").GetChildren())
            .Where(value => !string.IsNullOrWhiteSpace(value.Value));
    }

    [LoggerMessage(LogLevel.Warning, "{Path} is \"{Value}\"; expected an absolute http or https address; this replica is left out.")]
    private partial void LeftOut(string path, string value);
}
