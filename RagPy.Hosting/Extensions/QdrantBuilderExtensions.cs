using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Qdrant.</summary>
public static class QdrantBuilderExtensions
{
    private const string ApiKeyVariable = "QDRANT__SERVICE__API_KEY";
    private const string StaticContentVariable = "QDRANT__SERVICE__ENABLE_STATIC_CONTENT";

    /// <summary>Adds a Qdrant.</summary>
    /// <param name="apiKey">Generated when null.</param>
    /// <param name="grpcPort">Port of gRPC on this machine; null for a free one.</param>
    /// <param name="httpPort">Port of REST on this machine; null for a free one.</param>
    public static IResourceBuilder<QdrantServerResource> AddQdrant(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ParameterResource>? apiKey = null,
        int? grpcPort = null,
        int? httpPort = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var key = apiKey?.Resource ?? new GeneratedPassword(name, suffix: "Key", special: false);

        return builder
            .AddResource(new QdrantServerResource(name, key))
            .WithAnnotation(
                new ContainerImageAnnotation
                {
                    Registry = ContainerImages.Registry,
                    Image = ContainerImages.Qdrant,
                    Tag = ContainerImages.QdrantTag,
                }
            )
            .WithAnnotation(Endpoint(QdrantServerResource.PrimaryEndpointName, "http2", grpcPort, targetPort: 6334))
            .WithAnnotation(Endpoint(QdrantServerResource.HttpEndpointName, transport: null, httpPort, targetPort: 6333))
            .WithEnvironment(ApiKeyVariable, key)
            .WithEnvironment(context =>
            {
                if (context.ExecutionContext.IsPublishMode)
                {
                    // Its own web page would answer without the key.
                    context.EnvironmentVariables[StaticContentVariable] = "0";
                }
            })
            .WithAnnotation(new HealthCheckAnnotation($"{name}_check"));
    }

    /// <summary>Keeps the data in a volume.</summary>
    /// <param name="name">Name of the volume; made from the resource's name when null.</param>
    public static IResourceBuilder<QdrantServerResource> WithDataVolume(
        this IResourceBuilder<QdrantServerResource> builder,
        string? name = null,
        bool isReadOnly = false
    )
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithVolume(name ?? $"{builder.Resource.Name}-data", "/qdrant/storage", isReadOnly);
    }

    /// <summary>
    /// Gives <c>ConnectionStrings__{name}</c> (gRPC), <c>ConnectionStrings__{name}_http</c> (REST) and one <c>{NAME}_{PROPERTY}</c> for each part of them.
    /// </summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder,
        IResourceBuilder<QdrantServerResource> qdrantResource
    )
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(qdrantResource);
        var qdrant = qdrantResource.Resource;

        return builder
            .WithReference((IResourceBuilder<IResourceWithConnectionString>)qdrantResource, connectionName: null)
            .WithEnvironment($"ConnectionStrings__{qdrant.Name}_http", qdrant.HttpConnectionStringExpression);
    }

    private static EndpointAnnotation Endpoint(string name, string? transport, int? port, int targetPort) =>
        new(ProtocolType.Tcp, uriScheme: "http", transport: transport, name: name, port: port, targetPort: targetPort, isProxied: false);
}
