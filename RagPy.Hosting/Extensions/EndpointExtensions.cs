using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;

namespace Aspire.Hosting;

/// <content>Endpoints, their URLs and their health.</content>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an HTTP endpoint.</summary>
    /// <param name="port">Port that callers use; null for a free one.</param>
    /// <param name="targetPort">Port that the process listens on; null for a free one, which each replica needs.</param>
    /// <param name="name">Its name; <c>http</c> when null.</param>
    /// <param name="env">Variable that tells the process the port it is to listen on. Projects need none.</param>
    /// <param name="isProxied">Callers come through the orchestrator.</param>
    /// <exception cref="DistributedApplicationException">There is one of this name.</exception>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? name = null,
        string? env = null,
        bool isProxied = true
    )
        where T : IResourceWithEndpoints => builder.AddWebEndpoint("http", port, targetPort, name, env, isProxied);

    /// <summary>Adds an HTTPS endpoint.</summary>
    /// <param name="port">Port that callers use; null for a free one.</param>
    /// <param name="targetPort">Port that the process listens on; null for a free one, which each replica needs.</param>
    /// <param name="name">Its name; <c>https</c> when null.</param>
    /// <param name="env">Variable that tells the process the port it is to listen on. Projects need none.</param>
    /// <param name="isProxied">Callers come through the orchestrator.</param>
    /// <exception cref="DistributedApplicationException">There is one of this name.</exception>
    public static IResourceBuilder<T> WithHttpsEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? name = null,
        string? env = null,
        bool isProxied = true
    )
        where T : IResourceWithEndpoints => builder.AddWebEndpoint("https", port, targetPort, name, env, isProxied);

    /// <summary>Lets the HTTP endpoints that are there now be called from outside when published.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>())
        {
            endpoint.IsExternal |= endpoint.UriScheme is "http" or "https";
        }

        return builder;
    }

    /// <summary>The endpoint of this name, whether or not the resource has it yet.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.Resource.GetEndpoint(name);
    }

    /// <summary>The resource is healthy when a GET answers as expected.</summary>
    /// <param name="path">Path and query; <c>/</c> when null.</param>
    /// <param name="statusCode">Status expected; 200 when null.</param>
    /// <param name="endpointName">Endpoint that is asked; the first HTTP endpoint when null.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder,
        string? path = null,
        int? statusCode = null,
        string? endpointName = null
    )
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var check = new HttpHealthCheckAnnotation(endpointName, path ?? "/", statusCode ?? 200);
        var key = $"{builder.Resource.Name}_{endpointName ?? "http"}_{check.Path}_{check.StatusCode}_check";

        return builder.WithAnnotation(check).WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Changes the URL that people are shown for an endpoint.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder,
        string endpointName,
        Action<ResourceUrlAnnotation> callback
    )
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(callback);

        return builder.ChangeUrls(context =>
        {
            foreach (var url in context.Urls.Where(url => IsOf(url.Endpoint, endpointName)))
            {
                callback(url);
            }
        });
    }

    /// <summary>Adds a URL that people are shown for an endpoint; a relative one belongs to it.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(
        this IResourceBuilder<T> builder,
        string endpointName,
        Func<EndpointReference, ResourceUrlAnnotation> callback
    )
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(callback);

        return builder.ChangeUrls(context =>
        {
            var endpoint = builder.GetEndpoint(endpointName);
            var url = callback(endpoint);
            context.Urls.Add(
                new ResourceUrlAnnotation
                {
                    Url = new Uri(new Uri(endpoint.Url), url.Url).ToString(),
                    DisplayText = url.DisplayText,
                    Endpoint = endpoint,
                }
            );
        });
    }

    private static IResourceBuilder<T> AddWebEndpoint<T>(
        this IResourceBuilder<T> builder,
        string scheme,
        int? port,
        int? targetPort,
        string? name,
        string? env,
        bool isProxied
    )
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        var endpoint = new EndpointAnnotation(
            ProtocolType.Tcp,
            uriScheme: scheme,
            name: name,
            port: port,
            targetPort: targetPort,
            isProxied: isProxied
        );
        ModelName.Demand("Endpoint", endpoint.Name);
        if (builder.GetEndpoint(endpoint.Name).Exists)
        {
            throw new DistributedApplicationException(
                $"The resource '{builder.Resource.Name}' has an endpoint '{endpoint.Name}' already; give the other one a name."
            );
        }

        if (env is not null)
        {
            var target = builder.GetEndpoint(endpoint.Name).Property(EndpointProperty.TargetPort);
            builder.WithAnnotation(
                new EnvironmentCallbackAnnotation(context =>
                {
                    context.EnvironmentVariables[env] = target;

                    return Task.CompletedTask;
                })
            );
        }

        return builder.WithAnnotation(endpoint);
    }

    private static IResourceBuilder<T> ChangeUrls<T>(this IResourceBuilder<T> builder, Action<ResourceUrlsCallbackContext> change)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithAnnotation(
            new ResourceUrlsCallbackAnnotation(context =>
            {
                change(context);

                return Task.CompletedTask;
            })
        );
    }

    private static bool IsOf(EndpointReference? endpoint, string name) =>
        endpoint is not null && string.Equals(endpoint.EndpointName, name, StringComparison.OrdinalIgnoreCase);
}
