using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Publishing.Compose;

/// <summary>Writes services of a Compose file.</summary>
/// <param name="isStack">For Docker Swarm, which knows no conditions of dependencies and restarts by its own rule.</param>
internal sealed class ComposeServices(PublishedServices services, bool isStack)
{
    public const string WebNetwork = "web";
    public const string DataNetwork = "data";

    /// <summary>Where the load plan has the application beside the usual ports of http and https.</summary>
    public const int ApplicationPort = 8000;

    /// <summary>Seconds from the order to stop to the end by force: longer than the longest stop of a service.</summary>
    private const string StopGrace = "60s";

    /// <summary>Bytes of a folder in memory; no request needs more there.</summary>
    private const long ScratchSize = 256L << 20;

    public static bool IsNamedVolume(ContainerMountAnnotation mount) => mount is { Type: ContainerMountType.Volume, Source: not null };

    public OrderedDictionary<string, object> Write(PublishedService service)
    {
        var written = new OrderedDictionary<string, object> { ["image"] = Image(service) };
        WriteStart(service, written);
        WriteEnvironment(service, written);
        AddList(written, "secrets", service.Secrets.Select(secret => secret.Name).Distinct());
        AddList(written, "volumes", service.Mounts.Select(Mount));
        AddList(written, "ports", Ports(service));
        written["networks"] = Networks(service);
        WriteSecurity(service, written);
        WriteHealth(service, written);
        WriteDependencies(service, written);
        WriteDeployment(service, written);
        if (!isStack)
        {
            written["restart"] = service.IsJob ? "on-failure" : "unless-stopped";
        }

        written["stop_grace_period"] = StopGrace;
        written["logging"] = new OrderedDictionary<string, object>
        {
            ["driver"] = "json-file",
            ["options"] = new OrderedDictionary<string, object> { ["max-size"] = "10m", ["max-file"] = "5" },
        };

        return written;
    }

    private static string Image(PublishedService service) =>
        service.Project is { } project
            ? $"{ComposeText.Variable(EnvironmentExample.ImagePrefix, project.Prefix)}/{project.Name}:{ComposeText.Variable(EnvironmentExample.ImageTag, project.Tag)}"
            : service.Image;

    private static void WriteStart(PublishedService service, OrderedDictionary<string, object> written)
    {
        if (service.Server?.Start is { } start)
        {
            var script = start(variable => $"\"$(cat {SecretPathOf(service, variable)})\"");
            written["entrypoint"] = new[] { service.Server.Shell, "-c" };
            written["command"] = new[] { ComposeText.Escape(Unquoted(service, script)) };

            return;
        }

        if (service.Resource is ContainerResource { Entrypoint: { } entrypoint })
        {
            written["entrypoint"] = new[] { entrypoint };
        }

        AddList(written, "command", service.Arguments.Select(ComposeText.Write));
    }

    /// <summary>Within a document that the shell reads, quotes belong to the text.</summary>
    private static string Unquoted(PublishedService service, string script) =>
        service.Resource is RedisResource
            ? script.Replace("\"$(", "$(", StringComparison.Ordinal).Replace(")\"", ")", StringComparison.Ordinal)
            : script;

    private static string SecretPathOf(PublishedService service, string variable) =>
        service.Environment.TryGetValue(variable, out var text) && text.OnlySecret is { } secret
            ? ComposeText.SecretPath(secret)
            : throw new DistributedApplicationException($"'{service.Name}' has no secret in {variable}, with which it is started.");

    private static void WriteEnvironment(PublishedService service, OrderedDictionary<string, object> written)
    {
        var environment = new OrderedDictionary<string, object>();
        foreach (var (name, text) in service.Environment)
        {
            if (text.OnlySecret is not { } secret)
            {
                environment[name] =
                    service.Project is not null || !text.Secrets.Any()
                        ? ComposeText.Write(text)
                        : throw new DistributedApplicationException(
                            $"'{service.Name}' wants a secret within {name}, which its image cannot read."
                        );
            }
            else if (service.Project is not null || service.Server?.ReadsSecretFiles == true)
            {
                environment[$"{name}_FILE"] = ComposeText.SecretPath(secret);
            }
            else if (service.Server?.Start is null)
            {
                throw new DistributedApplicationException(
                    $"'{service.Name}' wants a secret in {name}; how its image reads one from a file is not known."
                );
            }
        }

        foreach (var (name, value) in service.Server?.Environment ?? new Dictionary<string, string>())
        {
            environment[name] = ComposeText.Escape(value);
        }

        if (environment.Count > 0)
        {
            written["environment"] = environment;
        }
    }

    private static OrderedDictionary<string, object> Mount(ContainerMountAnnotation mount)
    {
        var written = new OrderedDictionary<string, object> { ["type"] = mount.Type == ContainerMountType.Volume ? "volume" : "bind" };
        if (mount.Source is not null)
        {
            written["source"] = mount.Source;
        }

        written["target"] = mount.Target;
        if (mount.IsReadOnly)
        {
            written["read_only"] = true;
        }

        return written;
    }

    private static IEnumerable<string> Ports(PublishedService service)
    {
        foreach (var port in service.Ports.Where(port => port.IsExternal))
        {
            var usual = port.Scheme == "https" ? 443 : 80;
            yield return $"{ComposeText.Variable(EnvironmentExample.PortOf(port), $"{usual}")}:{port.Number}";
            if (port.Scheme == "http")
            {
                yield return $"{ComposeText.Variable(EnvironmentExample.ApplicationPort, $"{ApplicationPort}")}:{port.Number}";
            }
        }
    }

    private string[] Networks(PublishedService service)
    {
        var callsData = service.Calls.Any(name => services[name].Project is null);

        return service.Project is null || service.IsJob ? [DataNetwork]
            : callsData ? [WebNetwork, DataNetwork]
            : [WebNetwork];
    }

    private static void WriteSecurity(PublishedService service, OrderedDictionary<string, object> written)
    {
        written["user"] = $"{service.User}:{service.User}";
        written["read_only"] = true;
        if (service.Server?.SharedMemory is > 0 and var size)
        {
            written["shm_size"] = ComposeText.Size(size);
        }

        AddList(
            written,
            "tmpfs",
            service.Scratch.Select(folder =>
                $"{folder}:size={ComposeText.Size(ScratchSize)},uid={service.User},gid={service.User},mode=0700"
            )
        );
        written["cap_drop"] = new[] { "ALL" };
        written["security_opt"] = new[] { "no-new-privileges:true" };
        if (service.Limits?.OpenFiles is { } files)
        {
            written["ulimits"] = new OrderedDictionary<string, object>
            {
                ["nofile"] = new OrderedDictionary<string, object> { ["soft"] = files, ["hard"] = files },
            };
        }
    }

    private static void WriteHealth(PublishedService service, OrderedDictionary<string, object> written)
    {
        if (service.Server is { } server)
        {
            var login = service.Resource is RedisResource ? $"REDISCLI_AUTH=\"$(cat {SecretPathOf(service, "REDIS_PASSWORD")})\" " : "";
            written["healthcheck"] = Health([server.Shell, "-c", ComposeText.Escape(login + server.Check)], "5s", "5s", 6, "60s");
        }
        else if (service.Probe(ProbeType.Readiness) is { } probe)
        {
            var port = PublishedPort.Address(probe.EndpointReference, EndpointProperty.Port);
            var start = service.Probe(ProbeType.Startup);
            var patience = start is null ? 0 : start.InitialDelaySeconds + (start.PeriodSeconds * start.FailureThreshold);

            // The image has no program that speaks HTTP; its shell does.
            var check =
                $"exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET {probe.Path} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '";
            written["healthcheck"] = Health(
                ["bash", "-c", check],
                $"{probe.PeriodSeconds}s",
                $"{probe.TimeoutSeconds}s",
                probe.FailureThreshold,
                $"{patience}s"
            );
        }
    }

    private static OrderedDictionary<string, object> Health(string[] command, string interval, string timeout, int retries, string start) =>
        new()
        {
            ["test"] = command.Prepend("CMD").ToArray(),
            ["interval"] = interval,
            ["timeout"] = timeout,
            ["retries"] = retries,
            ["start_period"] = start,
        };

    private void WriteDependencies(PublishedService service, OrderedDictionary<string, object> written)
    {
        if (isStack || service.Waits.Count == 0)
        {
            return;
        }

        var dependencies = new OrderedDictionary<string, object>();
        foreach (var (name, type) in service.Waits)
        {
            dependencies[name] = new OrderedDictionary<string, object>
            {
                ["condition"] = type switch
                {
                    WaitType.WaitForCompletion => "service_completed_successfully",
                    WaitType.WaitUntilHealthy => "service_healthy",
                    _ => "service_started",
                },
            };
        }

        written["depends_on"] = dependencies;
    }

    private void WriteDeployment(PublishedService service, OrderedDictionary<string, object> written)
    {
        var deploy = new OrderedDictionary<string, object>();
        if (service.Project is not null && !service.IsJob)
        {
            deploy["replicas"] = ComposeText.Variable(
                EnvironmentExample.ReplicasOf(service),
                service.Replicas.ToString(CultureInfo.InvariantCulture)
            );
        }

        if (isStack)
        {
            // A name that resolves to every replica, for those that spread requests themselves.
            deploy["endpoint_mode"] = service.Ports.Any(port => port.IsExternal) ? "vip" : "dnsrr";
            deploy["restart_policy"] = new OrderedDictionary<string, object>
            {
                ["condition"] = service.IsJob ? "on-failure" : "any",
                ["delay"] = "5s",
            };
            deploy["update_config"] = new OrderedDictionary<string, object>
            {
                ["parallelism"] = 1,
                ["order"] = service.Project is null ? "stop-first" : "start-first",
                ["failure_action"] = "rollback",
            };
        }

        if (service.Limits is { } limits)
        {
            deploy["resources"] = new OrderedDictionary<string, object>
            {
                ["limits"] = Resources(limits.Cpus, limits.Memory),
                ["reservations"] = Resources(limits.ReserveCpus, limits.ReserveMemory),
            };
        }

        if (deploy.Count > 0)
        {
            written["deploy"] = deploy;
        }
    }

    private static OrderedDictionary<string, object> Resources(double? cpus, long? memory)
    {
        var resources = new OrderedDictionary<string, object>();
        if (cpus is { } cores)
        {
            resources["cpus"] = cores.ToString("0.0##", CultureInfo.InvariantCulture);
        }

        if (memory is { } bytes)
        {
            resources["memory"] = ComposeText.Size(bytes);
        }

        return resources;
    }

    private static void AddList<T>(OrderedDictionary<string, object> written, string name, IEnumerable<T> items)
    {
        var list = items.ToList();
        if (list.Count > 0)
        {
            written[name] = list;
        }
    }
}
