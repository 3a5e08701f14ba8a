using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.Backing;

/// <summary>Servers in containers: their ports and passwords stay from run to run, as the data in their volumes does.</summary>
/// <param name="runtime">What runs the containers.</param>
internal sealed class ContainerServers(string runtime, RunFolder folder)
{
    private PortBook? _ports;

    /// <summary>Settles where a server is and what opens it.</summary>
    /// <param name="secret">Its password or key; null when it has none.</param>
    /// <param name="findProblemAsync">Asks the server.</param>
    public BackingService Settle(
        ContainerResource server,
        ParameterResource? secret,
        Func<CancellationToken, Task<string?>> findProblemAsync
    )
    {
        Directory.CreateDirectory(folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ports ??= new PortBook(folder.Ports);
        foreach (var endpoint in server.Annotations.OfType<EndpointAnnotation>())
        {
            var port = endpoint.Port ?? _ports.Take($"{server.Name}-{endpoint.Name}-container");
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
        }

        if (secret is GeneratedPassword generated)
        {
            generated.Settle(Keep(generated));
        }

        return new BackingService($"in a container, by {runtime}, because --containers asks for it", Process: null, findProblemAsync)
        {
            IsContainer = true,
        };
    }

    /// <summary>The secret of former runs: a server takes one when its volume is empty, and keeps it.</summary>
    private string Keep(GeneratedPassword secret)
    {
        var path = folder.ContainerSecrets;
        var secrets = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path)) ?? [] : [];
        if (!secrets.TryGetValue(secret.Name, out var value))
        {
            value = secret.Default!.GetDefaultValue();
            secrets[secret.Name] = value;
            PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(secrets));
        }

        return value;
    }
}
