using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Model;
using RagPy.Hosting.Running;

namespace RagPy.Hosting.ResourceService;

/// <summary>What is shown of a resource and stays the same while it runs.</summary>
internal sealed record ResourceFacts
{
    public required ResourceRun Run { get; init; }

    /// <summary>Aspire's name of its type.</summary>
    public required string Type { get; init; }

    public required IReadOnlyList<ResourceUrlAnnotation> Urls { get; init; }

    /// <summary>What is asked to know whether it is healthy; null when nothing is.</summary>
    public required string? HealthCheck { get; init; }

    /// <summary>How a server comes to be on this machine; null for what is no server.</summary>
    public required string? Source { get; init; }

    /// <summary>Value of a parameter; null for others and when nobody has set it.</summary>
    public string? Value { get; init; }

    public string? ConnectionString { get; init; }

    /// <summary>Name of a Fluent UI icon; null for the one of its type.</summary>
    public string? Icon { get; init; }

    /// <summary>Shown only when people ask for all: the dashboard in the dashboard.</summary>
    public bool IsHidden { get; init; }

    public IResource Resource => Run.Resource;

    public static async Task<ResourceFacts> MakeAsync(
        ResourceRun run,
        AppDefinition app,
        IReadOnlyDictionary<IResource, BackingService> backings,
        CancellationToken cancellationToken
    )
    {
        var resource = run.Resource;
        var backing = backings.GetValueOrDefault(resource);

        return new ResourceFacts
        {
            Run = run,
            Type = resource.GetType().Name is var name && name.EndsWith("Resource", StringComparison.Ordinal) ? name[..^8] : name,
            Urls = await ResourceUrls.OfAsync(resource, app.Execution, cancellationToken),
            HealthCheck = HealthCheckOf(resource, backing),
            Source = backing?.Reason,
            Value = resource is ParameterResource parameter ? await KnownAsync(parameter, cancellationToken) : null,
            ConnectionString = resource is IResourceWithConnectionString connected ? await KnownAsync(connected, cancellationToken) : null,
            Icon = resource is PostgresServerResource or PostgresDatabaseResource or RedisResource ? "Database" : null,
            IsHidden = !app.Model.Resources.Contains(resource),
        };
    }

    private static string? HealthCheckOf(IResource resource, BackingService? backing)
    {
        var paths = resource.Annotations.OfType<HttpHealthCheckAnnotation>().Select(check => $"GET {check.Path}").ToArray();

        return paths.Length > 0 ? string.Join(", ", paths)
            : backing is not null ? "connection"
            : null;
    }

    /// <summary>A value; null when nobody has set what it is made of.</summary>
    private static async Task<string?> KnownAsync(IValueProvider value, CancellationToken cancellationToken)
    {
        try
        {
            return await value.GetValueAsync(cancellationToken);
        }
        catch (MissingParameterValueException)
        {
            return null;
        }
    }
}
