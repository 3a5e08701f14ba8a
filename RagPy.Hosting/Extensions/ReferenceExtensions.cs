using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <content>References: the variables through which one resource finds another.</content>
public static partial class ResourceBuilderExtensions
{
    private const string Reference = "Reference";

    /// <summary>Says which variables the references of the resource give it; to be called before them.</summary>
    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder,
        ReferenceEnvironmentInjectionFlags flags
    )
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithAnnotation(new ReferenceEnvironmentInjectionAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>
    /// Gives <c>ConnectionStrings__{name}</c> and one <c>{NAME}_{PROPERTY}</c> for each part of the connection string.
    /// </summary>
    /// <param name="connectionName">Name in these variables; that of the source when null.</param>
    /// <param name="optional">No connection string is no mistake.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithConnectionString> source,
        string? connectionName = null,
        bool optional = false
    )
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        var gives = GivenBy(builder.Resource);

        return builder
            .WithAnnotation(new ResourceRelationshipAnnotation(resource, Reference))
            .WithEnvironment(context =>
            {
                if (gives.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionString))
                {
                    context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}"] =
                        new ConnectionStringReference(resource, optional);
                }

                if (!gives.HasFlag(ReferenceEnvironmentInjectionFlags.ConnectionProperties))
                {
                    return;
                }

                var prefix = ModelName.Encode(name).ToUpperInvariant();
                foreach (var (property, value) in resource.GetConnectionProperties())
                {
                    context.EnvironmentVariables[$"{prefix}_{property.ToUpperInvariant()}"] = value;
                }
            });
    }

    /// <summary>Gives <c>services__{name}__{scheme}__{i}</c> and <c>{NAME}_{ENDPOINT}</c> for each endpoint of the source.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<IResourceWithServiceDiscovery> source
    )
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;

        // Asked for when the application starts: endpoints may be added after the reference.
        return builder
            .WithAnnotation(new ResourceRelationshipAnnotation(resource, Reference))
            .WithEnvironment(context =>
                SetEndpoints(context, resource, resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.Name))
            );
    }

    /// <summary>Gives the variables of one endpoint.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        EndpointReference endpointReference
    )
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpointReference);

        return builder
            .WithAnnotation(new ResourceRelationshipAnnotation(endpointReference.Resource, Reference))
            .WithEnvironment(context => SetEndpoints(context, endpointReference.Resource, [endpointReference.EndpointName]));
    }

    private static void SetEndpoints(EnvironmentCallbackContext context, IResourceWithEndpoints resource, IEnumerable<string> names)
    {
        var prefix = ModelName.Encode(resource.Name).ToUpperInvariant();
        var gives = GivenBy(context.Resource);
        foreach (var name in names)
        {
            var endpoint = resource.GetEndpoint(name);
            if (gives.HasFlag(ReferenceEnvironmentInjectionFlags.Endpoints))
            {
                context.EnvironmentVariables[$"{prefix}_{ModelName.Encode(name).ToUpperInvariant()}"] = endpoint;
            }

            if (endpoint.Exists && gives.HasFlag(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                var sameScheme = resource
                    .Annotations.OfType<EndpointAnnotation>()
                    .Where(other => other.UriScheme == endpoint.Scheme)
                    .ToList();
                var index = sameScheme.IndexOf(endpoint.EndpointAnnotation);
                context.EnvironmentVariables[$"services__{resource.Name}__{endpoint.Scheme}__{index}"] = endpoint;
            }
        }
    }

    private static ReferenceEnvironmentInjectionFlags GivenBy(IResource destination) =>
        destination.TryGetLastAnnotation<ReferenceEnvironmentInjectionAnnotation>(out var annotation)
            ? annotation.Flags
            : ReferenceEnvironmentInjectionFlags.All;
}
