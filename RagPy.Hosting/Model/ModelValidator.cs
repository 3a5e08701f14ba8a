using Aspire.Hosting.ApplicationModel;

namespace RagPy.Hosting.Model;

/// <summary>Finds the mistakes of a model that can be seen without running anything.</summary>
internal static class ModelValidator
{
    /// <summary>One sentence for each mistake.</summary>
    public static IReadOnlyList<string> FindMistakes(DistributedApplicationModel model)
    {
        var known = model.Resources.ToHashSet();

        return
        [
            .. model.Resources.SelectMany(resource => UnknownResources(resource, known)),
            .. model.Resources.SelectMany(Endpoints),
            .. model.Resources.SelectMany(ReplicaAddresses),
            .. SharedPorts(model),
            .. model.Resources.SelectMany(Projects),
            .. WaitCycle(model),
        ];
    }

    /// <summary>What a resource waits for: what was declared, and the one it lives in.</summary>
    public static IEnumerable<IResource> WaitsFor(IResource resource)
    {
        var declared = resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource);

        return (resource is IResourceWithParent child ? declared.Append(child.Parent) : declared).Distinct();
    }

    private static IEnumerable<string> UnknownResources(IResource resource, HashSet<IResource> known) =>
        resource
            .Annotations.OfType<ResourceRelationshipAnnotation>()
            .Select(relationship => relationship.Resource)
            .Concat(WaitsFor(resource))
            .Where(other => !known.Contains(other))
            .Distinct()
            .Select(other => $"'{resource.Name}' refers to '{other.Name}', which was not added to this application.");

    private static IEnumerable<string> Endpoints(IResource resource)
    {
        foreach (var check in resource.Annotations.OfType<HttpHealthCheckAnnotation>())
        {
            var endpoint = check.EndpointOf(resource);
            if (endpoint is null)
            {
                yield return check.EndpointName is null
                    ? $"'{resource.Name}' has an HTTP health check and no HTTP endpoint; call WithHttpEndpoint."
                    : $"The health check of '{resource.Name}' asks its endpoint '{check.EndpointName}', which it does not have.";
            }
            else if (endpoint.UriScheme is not ("http" or "https"))
            {
                yield return $"The health check of '{resource.Name}' asks its endpoint '{endpoint.Name}', which is not HTTP.";
            }
        }

        var replicas = resource.GetReplicaCount();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            if (replicas > 1 && (endpoint.TargetPort is not null || !endpoint.IsProxied))
            {
                yield return $"'{resource.Name}' has {replicas} replicas, which cannot all listen on the one port of its endpoint '{endpoint.Name}'; leave out targetPort and isProxied.";
            }

            if ((Outside(endpoint.Port) ?? Outside(endpoint.TargetPort)) is { } port)
            {
                yield return $"The endpoint '{endpoint.Name}' of '{resource.Name}' has the port {port}; ports are 1 to 65535.";
            }
        }
    }

    /// <summary>Only the health of a replica says when it may be asked.</summary>
    private static IEnumerable<string> ReplicaAddresses(IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<ReplicaAddressesAnnotation>().Select(wish => wish.Endpoint))
        {
            if (!endpoint.Exists)
            {
                yield return $"'{resource.Name}' asks for the replicas behind the endpoint '{endpoint.EndpointName}' of '{endpoint.Resource.Name}', which has none of that name.";
            }
            else if (!endpoint.Resource.Annotations.OfType<HttpHealthCheckAnnotation>().Any())
            {
                yield return $"'{resource.Name}' asks for the replicas of '{endpoint.Resource.Name}', which has no health check; call WithHttpHealthCheck.";
            }
        }
    }

    private static int? Outside(int? port) => port is < 1 or > 65_535 ? port : null;

    private static IEnumerable<string> SharedPorts(DistributedApplicationModel model) =>
        model
            .Resources.SelectMany(
                resource => resource.Annotations.OfType<EndpointAnnotation>(),
                (resource, endpoint) => (resource, endpoint)
            )
            .Where(pair => pair.endpoint.Port is not null)
            .GroupBy(pair => pair.endpoint.Port)
            .Where(group => group.Count() > 1)
            .Select(group => $"The port {group.Key} is given to {string.Join(" and ", group.Select(pair => $"'{pair.resource.Name}'"))}.");

    private static IEnumerable<string> Projects(IResource resource) =>
        resource
            .Annotations.OfType<ProjectPathAnnotation>()
            .Where(project => !File.Exists(project.Path))
            .Select(project => $"The project file of '{resource.Name}', {project.Path}, does not exist.");

    /// <summary>The first cycle, as a chain of names.</summary>
    private static IEnumerable<string> WaitCycle(DistributedApplicationModel model)
    {
        var done = new HashSet<IResource>();
        foreach (var resource in model.Resources)
        {
            if (Cycle(resource, [], done) is { } cycle)
            {
                yield return $"These resources wait for each other and would never start: {string.Join(" → ", cycle.Select(one => $"'{one.Name}'"))}.";
                yield break;
            }
        }
    }

    private static List<IResource>? Cycle(IResource resource, List<IResource> path, HashSet<IResource> done)
    {
        if (path.IndexOf(resource) is var start and >= 0)
        {
            return [.. path[start..], resource];
        }

        if (done.Contains(resource))
        {
            return null;
        }

        path.Add(resource);
        foreach (var waited in WaitsFor(resource))
        {
            if (Cycle(waited, path, done) is { } cycle)
            {
                return cycle;
            }
        }

        path.RemoveAt(path.Count - 1);
        done.Add(resource);

        return null;
    }
}
