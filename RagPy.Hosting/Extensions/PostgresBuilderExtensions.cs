using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds PostgreSQL.</summary>
public static class PostgresBuilderExtensions
{
    /// <summary>Adds a server. Locally it is one that is given, else an embedded one (which chooses its own user and password).</summary>
    /// <param name="userName">Its superuser; <c>postgres</c> when null.</param>
    /// <param name="password">Generated when null.</param>
    /// <param name="port">Port on this machine; null for a free one.</param>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder,
        string name,
        IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null,
        int? port = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var secret = password?.Resource ?? new GeneratedPassword(name);

        return builder
            .AddResource(new PostgresServerResource(name, userName?.Resource, secret))
            .WithAnnotation(
                new ContainerImageAnnotation
                {
                    Registry = ContainerImages.Registry,
                    Image = ContainerImages.Postgres,
                    Tag = ContainerImages.PostgresTag,
                }
            )
            .WithAnnotation(
                new EndpointAnnotation(
                    ProtocolType.Tcp,
                    name: PostgresServerResource.PrimaryEndpointName,
                    port: port,
                    targetPort: 5432,
                    isProxied: false
                )
            )
            .WithEnvironment(context =>
            {
                var server = (PostgresServerResource)context.Resource;
                context.EnvironmentVariables["POSTGRES_HOST_AUTH_METHOD"] = "scram-sha-256";
                context.EnvironmentVariables["POSTGRES_INITDB_ARGS"] = "--auth-host=scram-sha-256 --auth-local=scram-sha-256";
                context.EnvironmentVariables["POSTGRES_USER"] = server.UserNameReference;
                context.EnvironmentVariables["POSTGRES_PASSWORD"] = server.PasswordParameter;
            })
            .WithAnnotation(new HealthCheckAnnotation($"{name}_check"));
    }

    /// <summary>Adds a database of the server; it is made when it is not there.</summary>
    /// <param name="databaseName">Its name in the server; that of the resource when null.</param>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder,
        string name,
        string? databaseName = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        var added = builder.ApplicationBuilder.AddResource(database).WithAnnotation(new HealthCheckAnnotation($"{name}_check"));
        builder.Resource.AddDatabase(name, database.DatabaseName);

        return added;
    }

    /// <summary>Keeps the data of a published server in a volume. Locally it is in the data folder anyway.</summary>
    /// <param name="name">Name of the volume; made from the names of application and resource when null.</param>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder,
        string? name = null,
        bool isReadOnly = false
    )
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithAnnotation(
            new ContainerMountAnnotation(
                name ?? $"{builder.Resource.Name}-data",
                "/var/lib/postgresql/data",
                ContainerMountType.Volume,
                isReadOnly
            )
        );
    }
}
