using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds Redis.</summary>
public static class RedisBuilderExtensions
{
    /// <summary>Adds a Redis. Locally it is one that is given, else an embedded one that speaks its protocol (and chooses its own password).</summary>
    /// <param name="port">Port on this machine; null for a free one.</param>
    /// <param name="password">Generated when null.</param>
    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder,
        string name,
        int? port = null,
        IResourceBuilder<ParameterResource>? password = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder
            .AddResource(new RedisResource(name, password?.Resource ?? new GeneratedPassword(name, special: false)))
            .WithAnnotation(
                new ContainerImageAnnotation
                {
                    Registry = ContainerImages.Registry,
                    Image = ContainerImages.Redis,
                    Tag = ContainerImages.RedisTag,
                }
            )
            .WithAnnotation(
                new EndpointAnnotation(
                    ProtocolType.Tcp,
                    name: RedisResource.PrimaryEndpointName,
                    port: port,
                    targetPort: 6379,
                    isProxied: false
                )
            )
            .WithEnvironment(context =>
            {
                if (((RedisResource)context.Resource).PasswordParameter is { } secret)
                {
                    context.EnvironmentVariables["REDIS_PASSWORD"] = secret;
                }
            })
            .WithArgs("-c", "redis-server --requirepass $REDIS_PASSWORD")
            .WithAnnotation(new HealthCheckAnnotation($"{name}_check"));
    }
}
