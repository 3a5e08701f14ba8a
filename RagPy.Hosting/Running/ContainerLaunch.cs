using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Model;

namespace RagPy.Hosting.Running;

/// <summary>How the container of a server is started.</summary>
internal static class ContainerLaunch
{
    /// <summary>Nobody else on the network is to reach it.</summary>
    private const string Loopback = "127.0.0.1";

    /// <summary>Describes it to the orchestrator.</summary>
    /// <param name="plan">Variables and arguments.</param>
    /// <param name="dataFolder">Whose run it is: volumes of several runs are kept apart.</param>
    public static async Task<ContainerSpec> DescribeAsync(
        ContainerResource resource,
        ResourcePlan plan,
        string dataFolder,
        CancellationToken cancellationToken
    )
    {
        var environment = await plan.ResolveEnvironmentAsync(cancellationToken);
        var arguments = await plan.ResolveArgumentsAsync(cancellationToken);

        return new ContainerSpec
        {
            Image = Image(resource.Annotations.OfType<ContainerImageAnnotation>().Last()),
            Command = resource.Entrypoint,
            Args = [.. arguments.Select(TargetPort.ToTemplate)],
            Env = [.. environment.Select(variable => new NameValue(variable.Key, TargetPort.ToTemplate(variable.Value)))],
            Ports =
            [
                .. resource
                    .Annotations.OfType<EndpointAnnotation>()
                    .Select(endpoint => new ContainerPort(
                        endpoint.TargetPort!.Value,
                        endpoint.AllocatedEndpoint!.Port,
                        Loopback,
                        endpoint.Protocol.ToString().ToUpperInvariant()
                    )),
            ],
            VolumeMounts = [.. resource.Annotations.OfType<ContainerMountAnnotation>().Select(mount => Mount(mount, Prefix(dataFolder)))],
        };
    }

    private static string Image(ContainerImageAnnotation image) =>
        (image.Registry is { } registry ? $"{registry}/" : "") + image.Image + (image.Tag is { } tag ? $":{tag}" : "");

    private static VolumeMount Mount(ContainerMountAnnotation mount, string prefix) =>
        mount.Type == ContainerMountType.Volume
            ? new("volume", mount.Source is { } name ? $"{prefix}-{name}" : null, mount.Target, mount.IsReadOnly)
            : new("bind", mount.Source, mount.Target, mount.IsReadOnly);

    private static string Prefix(string dataFolder) =>
        $"ragpy-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)))[..12]}";
}
