using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Model;
using RagPy.Hosting.ResourceService.Protocol;
using RagPy.Hosting.Running;
using Resource = RagPy.Hosting.ResourceService.Protocol.Resource;

namespace RagPy.Hosting.ResourceService;

/// <summary>Describes the run as the dashboard shows it: a row for each replica of a resource, and one for each resource that is no process of ours.</summary>
/// <param name="endpoints">Where each replica itself listens.</param>
internal sealed class ResourceRows(
    IReadOnlyList<ResourceFacts> resources,
    DcpWatch<EndpointSpec, EndpointStatus> endpoints,
    SecretMask mask,
    DateTimeOffset created
)
{
    private const string Parent = "Parent";

    /// <summary>All rows as they are now, by name.</summary>
    public IReadOnlyDictionary<string, Resource> Read()
    {
        var rows = new Dictionary<string, Resource>(StringComparer.Ordinal);
        var own = endpoints.Present.ToLookup(endpoint => endpoint.Metadata.OwnerReferences is [var owner, ..] ? owner.Name : "");
        foreach (var facts in resources)
        {
            if (facts.Run is ProcessRun process)
            {
                foreach (var replica in process.Replicas)
                {
                    rows[replica.Name] = Row(facts, process, replica, own[replica.Name]);
                }
            }
            else
            {
                rows[facts.Resource.Name] = Row(facts);
            }
        }

        return rows;
    }

    private Resource Row(
        ResourceFacts facts,
        ProcessRun process,
        ReplicaRun replica,
        IEnumerable<DcpObject<EndpointSpec, EndpointStatus>> own
    )
    {
        var status = replica.Status;
        var isHeldBack = process.Ready.IsFaulted;
        var (state, style) = StateText.Of(status, isHeldBack);
        var row = Common(facts, replica.Name, state, style);
        row.SupportsDetailedTelemetry = facts.Resource.TryGetLastAnnotation<OtlpExporterAnnotation>(out _);
        row.StartedAt = status.StartedAt?.ToTimestamp();
        row.StoppedAt = status.StoppedAt?.ToTimestamp();
        row.Environment.AddRange((status.Spec?.Env ?? []).OrderBy(one => one.Name, StringComparer.Ordinal).Select(Variable));
        row.Properties.AddRange(ProcessProperties(status, isServer: facts.Source is not null));
        Add(row, "reason", "Reason", status.Reason ?? (isHeldBack ? process.Ready.Exception?.InnerException?.Message : null));
        var isRunning = status.State is ReplicaState.Running;
        row.Urls.AddRange(facts.Urls.Select((url, i) => Address(url, i, isRunning)));
        row.Urls.AddRange(
            own.Select(endpoint => new Url
            {
                EndpointName = endpoint.Spec.ServiceName ?? "",
                FullUrl = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{endpoint.Spec.Port}"),
                IsInternal = true,
                IsInactive = !isRunning,
                DisplayProperties = new UrlDisplayProperties { SortOrder = facts.Urls.Count, DisplayName = "This replica" },
            })
        );
        if (facts.HealthCheck is { } check && isRunning)
        {
            row.HealthReports.Add(Health(check, status.Health));
        }

        if (!facts.IsHidden)
        {
            row.Commands.AddRange(ResourceCommands.Of(process, status.State, isHeldBack));
        }

        return row;
    }

    private Resource Row(ResourceFacts facts)
    {
        var (state, style) = StateText.Of(facts);
        var row = Common(facts, facts.Resource.Name, state, style);
        if (facts.Run.Ready.IsCompletedSuccessfully)
        {
            row.StartedAt = row.CreatedAt;
        }

        row.Urls.AddRange(facts.Urls.Select((url, i) => Address(url, i, isActive: true)));
        Add(row, "reason", "Reason", facts.Run.Ready.Exception?.InnerException?.Message);

        return row;
    }

    private Resource Common(ResourceFacts facts, string name, string state, string? style)
    {
        var resource = facts.Resource;
        var row = new Resource
        {
            Name = name,
            Uid = name,
            DisplayName = resource.Name,
            ResourceType = facts.Type,
            State = state,
            CreatedAt = created.ToTimestamp(),
            IsHidden = facts.IsHidden,
        };
        if (style is not null)
        {
            row.StateStyle = style;
        }

        if (facts.Icon is { } icon)
        {
            row.IconName = icon;
        }

        if (facts.Source is { } source)
        {
            row.Properties.Add(Text("resource.source", mask.Text(source)));
        }

        if (facts.ConnectionString is { } connection)
        {
            row.Properties.Add(Text("resource.connectionString", connection, isSensitive: true));
        }

        if (resource is ParameterResource parameter && facts.Value is { } value)
        {
            row.Properties.Add(Text("Value", value, parameter.Secret));
        }

        if (resource.TryGetLastAnnotation<ProjectPathAnnotation>(out var project))
        {
            row.Properties.Add(Text("project.path", project.Path));
        }

        foreach (var relationship in Relationships(resource))
        {
            row.Relationships.Add(relationship);
            if (relationship.Type == Parent)
            {
                row.Properties.Add(Text("resource.parentName", relationship.ResourceName));
            }
        }

        return row;
    }

    private IEnumerable<ResourceRelationship> Relationships(IResource resource)
    {
        var declared = resource
            .Annotations.OfType<ResourceRelationshipAnnotation>()
            .Where(one => one.Type != Parent)
            .Select(one => (one.Resource.Name, one.Type))
            .Concat(resource.Annotations.OfType<WaitAnnotation>().Select(wait => (wait.Resource.Name, Type: "WaitFor")))
            .Distinct()
            .Select(one => new ResourceRelationship { ResourceName = one.Name, Type = one.Type });

        return resource is IResourceWithParent child
            ? declared.Append(new ResourceRelationship { ResourceName = RowName(child.Parent), Type = Parent })
            : declared;
    }

    /// <summary>A parent is named by its row, others by what they are called.</summary>
    private string RowName(IResource resource) =>
        resources.FirstOrDefault(facts => facts.Resource == resource)?.Run is ProcessRun { Replicas: [var replica, ..] }
            ? replica.Name
            : resource.Name;

    /// <param name="isServer">How it comes to be here says more than the program that runs it, which would be shown instead.</param>
    private IEnumerable<ResourceProperty> ProcessProperties(ReplicaStatus status, bool isServer)
    {
        if (status.Spec is { } spec)
        {
            var arguments = spec.Args.Select(mask.Text).ToArray();
            yield return Text("executable.workDir", spec.WorkingDirectory);
            if (isServer)
            {
                yield return Text("command", $"{spec.ExecutablePath} {string.Join(' ', arguments)}");
            }
            else
            {
                yield return Text("executable.path", spec.ExecutablePath);
                yield return new ResourceProperty
                {
                    Name = "executable.args",
                    Value = Value.ForList([.. arguments.Select(Value.ForString)]),
                };
            }
        }

        if (status.Pid is { } pid)
        {
            yield return new ResourceProperty { Name = "executable.pid", Value = Value.ForNumber(pid) };
        }

        if (status.ExitCode is { } code)
        {
            yield return new ResourceProperty { Name = "resource.exitCode", Value = Value.ForNumber(code) };
        }
    }

    /// <summary>What every process has from the environment we were started in is not of the model's making, and shown only on demand.</summary>
    private EnvironmentVariable Variable(NameValue variable) =>
        new()
        {
            Name = variable.Name,
            Value = mask.Value(variable.Name, variable.Value),
            IsFromSpec = variable.Name != RunMark.Variable && Environment.GetEnvironmentVariable(variable.Name) != variable.Value,
        };

    private static Url Address(ResourceUrlAnnotation url, int order, bool isActive)
    {
        var address = new Url
        {
            FullUrl = url.Url,
            IsInactive = !isActive,
            // Always there: without it the dashboard's whole list stays empty.
            DisplayProperties = new UrlDisplayProperties { SortOrder = -order, DisplayName = url.DisplayText ?? "" },
        };
        if (url.Endpoint is { } endpoint)
        {
            address.EndpointName = endpoint.EndpointName;
        }

        return address;
    }

    private static HealthReport Health(string check, HealthFinding? finding)
    {
        var report = new HealthReport { Key = check, Description = finding?.Problem ?? (finding is null ? "" : "healthy") };
        if (finding is not null)
        {
            report.Status = finding.Problem is null ? HealthStatus.Healthy : HealthStatus.Unhealthy;
            report.LastRunAt = finding.At.ToTimestamp();
        }

        return report;
    }

    private static void Add(Resource row, string name, string title, string? text)
    {
        if (text is not null)
        {
            row.Properties.Add(
                new ResourceProperty
                {
                    Name = name,
                    DisplayName = title,
                    Value = Value.ForString(text),
                    IsHighlighted = true,
                }
            );
        }
    }

    private static ResourceProperty Text(string name, string text, bool isSensitive = false) =>
        new()
        {
            Name = name,
            Value = Value.ForString(text),
            IsSensitive = isSensitive,
        };
}
