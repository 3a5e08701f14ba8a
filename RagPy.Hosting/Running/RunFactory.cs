using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Model;

namespace RagPy.Hosting.Running;

/// <summary>Makes of each resource what runs it.</summary>
internal sealed class RunFactory(AppDefinition app, RunPlan plan, Dashboard? dashboard, RunServices run)
{
    /// <summary>Variables of ours that say how we are run, and not how our services are.</summary>
    private static readonly string[] s_ours =
    [
        "ASPNETCORE_URLS",
        "ASPNETCORE_ENVIRONMENT",
        "ASPNETCORE_HTTP_PORTS",
        "DOTNET_ENVIRONMENT",
        "DOTNET_LAUNCH_PROFILE",
        "HTTP_PORTS",
        "HTTPS_PORTS",
        "RAGPY_RESOURCE",
    ];

    private readonly Dictionary<EndpointAnnotation, ReplicaList> _lists = Lists(app);

    public ResourceRun Create(IResource resource) =>
        resource switch
        {
            PostgresDatabaseResource database => new DatabaseRun(database, run),
            ContainerResource container when plan.Backings.TryGetValue(container, out var backing) && backing.IsContainer =>
                new ContainerRun(
                    container,
                    backing,
                    token => ContainerLaunch.DescribeAsync(container, plan.Resources[container], app.Folder.Data, token),
                    run
                ),
            _ when plan.Backings.TryGetValue(resource, out var backing) => backing.Process is null
                ? new GivenRun(resource, backing, run)
                : new ProcessRun(resource, Embedded(backing), 1, run),
            ProjectResource project => new ProcessRun(project, Project(project), project.GetReplicaCount(), run),
            ExecutableResource executable => new ProcessRun(executable, Executable(executable), 1, run),
            ParameterResource or IResourceWithConnectionString and not ContainerResource => new ValueRun(resource, run),
            _ => throw new DistributedApplicationException(
                $"'{resource.Name}' is a {resource.GetType().Name}, which cannot be run on this machine."
            ),
        };

    private ReplicaLaunch Project(ProjectResource project)
    {
        _ = project.TryGetLastAnnotation<ProjectPathAnnotation>(out var path);

        return Common(project) with
        {
            DescribeAsync = (instance, cancellationToken) =>
                DescribeAsync(
                    project,
                    Programs.DotNet,
                    Path.GetDirectoryName(path!.Path)!,
                    ["exec", app.Assemblies[path.Path]],
                    instance,
                    cancellationToken
                ),
        };
    }

    private ReplicaLaunch Executable(ExecutableResource executable) =>
        Common(executable) with
        {
            MayFinish = true,
            DescribeAsync = (instance, cancellationToken) =>
                DescribeAsync(
                    executable,
                    Programs.Find(executable.Command, executable.WorkingDirectory)!,
                    executable.WorkingDirectory,
                    [],
                    instance,
                    cancellationToken
                ),
        };

    private ReplicaLaunch Embedded(BackingService backing)
    {
        var process = backing.Process!;
        var environment = Inherited();
        foreach (var (name, value) in process.Environment)
        {
            environment[name] = value;
        }

        var spec = Spec(process.FileName, app.Folder.Root, process.Arguments, environment);

        return new ReplicaLaunch
        {
            DescribeAsync = (_, _) => Task.FromResult(spec),
            FindProblemAsync = (_, cancellationToken) => backing.FindProblemAsync(cancellationToken),
        };
    }

    private ReplicaLaunch Common(IResource resource)
    {
        var checks = resource.Annotations.OfType<HttpHealthCheckAnnotation>().ToArray();
        var listed = resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(_lists.ContainsKey);

        return new ReplicaLaunch
        {
            DescribeAsync = (_, _) => throw new InvalidOperationException("Every kind of resource describes its own processes."),
            Serves =
            [
                .. resource
                    .Annotations.OfType<EndpointAnnotation>()
                    .Where(endpoint => endpoint.IsProxied)
                    .Select(endpoint => new ServedService(TargetPort.ServiceName(resource, endpoint), endpoint.TargetPort)),
            ],
            Listed = listed is null ? null : _lists[listed],
            FindPort = replica => listed is null ? null : Place(resource, listed, replica),
            FindProblemAsync =
                checks.Length == 0 ? null : (replica, cancellationToken) => FindProblemAsync(resource, checks, replica, cancellationToken),
        };
    }

    /// <summary>Asks the replica itself, past the orchestrator's proxy.</summary>
    private async Task<string?> FindProblemAsync(
        IResource resource,
        HttpHealthCheckAnnotation[] checks,
        string replica,
        CancellationToken cancellationToken
    )
    {
        foreach (var check in checks)
        {
            var endpoint = check.EndpointOf(resource)!;
            if (Place(resource, endpoint, replica) is not { } port)
            {
                return $"it has no port for its endpoint '{endpoint.Name}' yet";
            }

            var url = new Uri(new Uri($"{endpoint.UriScheme}://localhost:{port}"), check.Path);
            if (await HttpHealth.FindProblemAsync(url, check.StatusCode, cancellationToken) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private int? Place(IResource resource, EndpointAnnotation endpoint, string replica)
    {
        if (!endpoint.IsProxied)
        {
            return endpoint.AllocatedEndpoint?.Port;
        }

        var service = TargetPort.ServiceName(resource, endpoint);

        return run
            .Endpoints.Present.FirstOrDefault(one =>
                one.Spec.ServiceName == service && one.Metadata.OwnerReferences?.Any(owner => owner.Name == replica) == true
            )
            ?.Spec.Port;
    }

    private async Task<ExecutableSpec> DescribeAsync(
        IResource resource,
        string program,
        string folder,
        IReadOnlyList<string> first,
        string instance,
        CancellationToken cancellationToken
    )
    {
        var environment = Inherited();
        foreach (var (name, value) in await OwnEnvironmentAsync(resource, instance, cancellationToken))
        {
            environment[name] = value;
        }

        var arguments = await plan.Resources[resource].ResolveArgumentsAsync(cancellationToken);

        return Spec(program, folder, [.. first, .. arguments], environment);
    }

    /// <summary>What the model gives to a resource, beside what every process has.</summary>
    /// <param name="instance">Identifies the replica in telemetry.</param>
    public async Task<Dictionary<string, string>> OwnEnvironmentAsync(
        IResource resource,
        string instance,
        CancellationToken cancellationToken
    )
    {
        var environment = await plan.Resources[resource].ResolveEnvironmentAsync(cancellationToken);
        if (resource is ProjectResource)
        {
            foreach (var (name, value) in ProcessLimits.Of(resource).Variables())
            {
                environment.TryAdd(name, value);
            }
        }

        foreach (var wish in resource.Annotations.OfType<ReplicaAddressesAnnotation>())
        {
            environment[wish.Variable] = _lists[wish.Endpoint.EndpointAnnotation].Path;
        }

        if (dashboard is not null && resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out _))
        {
            foreach (var (name, value) in dashboard.SenderEnvironment(resource, instance, app.IsDevelopment))
            {
                environment.TryAdd(name, value);
            }
        }

        return environment;
    }

    /// <summary>A list for each endpoint whose replicas somebody asks himself.</summary>
    private static Dictionary<EndpointAnnotation, ReplicaList> Lists(AppDefinition app)
    {
        var lists = new Dictionary<EndpointAnnotation, ReplicaList>();
        foreach (var wish in app.Model.Resources.SelectMany(resource => resource.Annotations.OfType<ReplicaAddressesAnnotation>()))
        {
            var endpoint = wish.Endpoint;
            if (!lists.ContainsKey(endpoint.EndpointAnnotation))
            {
                var list = new ReplicaList(endpoint, app.Folder.ReplicaFile(endpoint.Resource.Name, endpoint.EndpointName));
                list.Clear();
                lists[endpoint.EndpointAnnotation] = list;
            }
        }

        return lists;
    }

    private Dictionary<string, string> Inherited()
    {
        var inherited = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            inherited[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        foreach (var name in s_ours)
        {
            inherited.Remove(name);
        }

        inherited[RunMark.Variable] = app.Folder.Data;

        return inherited;
    }

    private static ExecutableSpec Spec(
        string program,
        string folder,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment
    ) =>
        new()
        {
            ExecutablePath = program,
            WorkingDirectory = folder,
            Args = [.. arguments.Select(TargetPort.ToTemplate)],
            Env = [.. environment.Select(variable => new NameValue(variable.Key, TargetPort.ToTemplate(variable.Value)))],
        };
}
