using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Dcp;

namespace RagPy.Hosting.Running;

/// <summary>Makes a service of the orchestrator for each proxied endpoint, and tells the model its address.</summary>
internal static class ServiceAddresses
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Settles ports that were asked for by number, before the orchestrator runs.</summary>
    /// <exception cref="Aspire.Hosting.DistributedApplicationException">One is taken that a person asked for.</exception>
    public static void SettlePorts(AppDefinition app, PortBook ports, RunConsole console)
    {
        foreach (var (resource, endpoint) in Endpoints(app.Model))
        {
            if (endpoint.Port is { } wanted)
            {
                endpoint.Port = FixedPort.Choose(wanted, resource.Name, ports, app.Configuration, console);
            }

            if (!endpoint.IsProxied)
            {
                var port = endpoint.Port ?? endpoint.TargetPort ?? ports.Take(TargetPort.ServiceName(resource, endpoint));
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
            }
        }
    }

    /// <summary>Makes the services and waits until all have an address.</summary>
    /// <exception cref="DcpException">One gets none.</exception>
    public static async Task AllocateAsync(AppDefinition app, DcpClient client, CancellationToken cancellationToken)
    {
        var endpoints = Endpoints(app.Model).Where(pair => pair.Endpoint.IsProxied).ToArray();
        await using var services = new DcpWatch<ServiceSpec, ServiceStatus>(client, DcpKind.Services, TimeProvider.System);
        services.Start();
        foreach (var (resource, endpoint) in endpoints)
        {
            var service = new DcpObject<ServiceSpec, ServiceStatus>
            {
                Kind = DcpKind.Service,
                Metadata = new DcpMetadata { Name = TargetPort.ServiceName(resource, endpoint) },
                Spec = new ServiceSpec { Port = endpoint.Port },
            };
            await client.CreateAsync(DcpKind.Services, service, cancellationToken);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        foreach (var (resource, endpoint) in endpoints)
        {
            var name = TargetPort.ServiceName(resource, endpoint);
            try
            {
                var service = await services.WaitAsync(name, one => one?.Status is { EffectivePort: > 0 }, patience.Token);
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", service!.Status!.EffectivePort!.Value);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new DcpException(
                    $"The orchestrator gave the endpoint '{endpoint.Name}' of '{resource.Name}' no address; see {app.Folder.OrchestratorLog}."
                );
            }
        }
    }

    /// <summary>Endpoints of what is started here; those of servers are settled with them.</summary>
    private static IEnumerable<(IResource Resource, EndpointAnnotation Endpoint)> Endpoints(DistributedApplicationModel model) =>
        model
            .Resources.Where(resource => resource is not ContainerResource)
            .SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>(), (resource, endpoint) => (resource, endpoint));
}
