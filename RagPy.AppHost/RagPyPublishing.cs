namespace RagPy.AppHost;

/// <summary>What a published topology has that this machine does not need, or has otherwise.</summary>
internal static class RagPyPublishing
{
    /// <summary>Home of the images' user: a new volume there belongs to it.</summary>
    private const string Home = "/home/app";

    private const string DataVolume = "ragpy-data";

    /// <summary>Connections: three replicas of the API and two workers of 60 each, and some to spare.</summary>
    private const string PostgresConnections = "max_connections=500";

    /// <summary>Keys of providers: used where they are given.</summary>
    private static readonly string[] s_providerKeys = ["OPENAI_API_KEY", "OPENROUTER_API_KEY", "MISTRAL_API_KEY"];

    /// <summary>Sets up the published server; the one of this machine is set up by itself.</summary>
    public static IResourceBuilder<PostgresServerResource> WithPublishedServer(
        this IResourceBuilder<PostgresServerResource> builder,
        string database
    ) =>
        builder.IsPublished()
            // The image makes this database when it starts on an empty volume.
            ? builder.WithEnvironment("POSTGRES_DB", database).WithArgs("-c", PostgresConnections, "-c", "shared_buffers=1GB")
            : builder;

    /// <summary>Qdrant where the topology is published or servers run in containers; null otherwise on this machine, where the embedded store serves.</summary>
    public static IResourceBuilder<QdrantServerResource>? AddVectorStore(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode || builder.Configuration[RagPyExtensions.Containers] is "true"
            ? builder.AddQdrant("qdrant").WithDataVolume()
            : null;

    /// <summary>The job that brings the schema up to date before a published service starts; null on this machine, where the first service does it.</summary>
    public static IResourceBuilder<ProjectResource>? AddMigration(
        this IDistributedApplicationBuilder builder,
        IResourceBuilder<PostgresDatabaseResource> database
    ) =>
        builder.ExecutionContext.IsPublishMode
            ? builder
                .AddProject("migration", "../RagPy.Ingestion/RagPy.Ingestion.csproj", launchProfileName: null)
                .WithArgs("migrate-database")
                // It keeps nothing.
                .WithEnvironment("RAGPY_DATA", "/tmp/ragpy")
                .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString)
                .WithReference(database)
                .WaitFor(database)
            : null;

    /// <summary>Starts a published service only when the schema is up to date.</summary>
    public static IResourceBuilder<ProjectResource> WaitForMigration(
        this IResourceBuilder<ProjectResource> builder,
        IResourceBuilder<ProjectResource>? migration
    ) => migration is null ? builder : builder.WaitForCompletion(migration);

    /// <summary>Uses the vector store of a published topology.</summary>
    public static IResourceBuilder<ProjectResource> WithVectorStore(
        this IResourceBuilder<ProjectResource> builder,
        IResourceBuilder<QdrantServerResource>? store
    ) =>
        store is null
            ? builder
            : builder
                .WithReference(store)
                .WaitFor(store)
                .WithEnvironment("QDRANT_URL", store.Resource.HttpEndpoint)
                .WithEnvironment("QDRANT_API_KEY", store.Resource.ApiKeyParameter)
                .WithEnvironment("RAGPY_VECTOR_STORE", "qdrant");

    /// <summary>
    /// Gives a published service the folder that it shares with the others: uploads, blobs, exports. Published with <c>--set RAGPY_S3_BUCKET=…</c>, files are in the
    /// object storage instead, and the folder is each replica's own and need not be kept.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithSharedData(this IResourceBuilder<ProjectResource> builder, RunOptions options)
    {
        if (!builder.IsPublished())
        {
            return builder;
        }

        var isShared = !options.Settings.ContainsKey("RAGPY_S3_BUCKET");
        builder
            .WithEnvironment("RAGPY_DATA", $"{Home}/ragpy")
            .WithAnnotation(new ContainerMountAnnotation(isShared ? DataVolume : null, Home, ContainerMountType.Volume, isReadOnly: false));

        // Without keys a service has those of its machine.
        return isShared ? builder : builder.WithKey("RAGPY_S3_ACCESS_KEY").WithKey("RAGPY_S3_SECRET_KEY");
    }

    /// <summary>Gives a published service the keys of providers. On this machine services have the AppHost's own environment.</summary>
    public static IResourceBuilder<ProjectResource> WithProviderKeys(this IResourceBuilder<ProjectResource> builder)
    {
        if (!builder.IsPublished())
        {
            return builder;
        }

        foreach (var variable in s_providerKeys)
        {
            builder.WithKey(variable);
        }

        return builder;
    }

    /// <summary>A secret that may be empty, the same for all services.</summary>
    private static IResourceBuilder<ProjectResource> WithKey(this IResourceBuilder<ProjectResource> builder, string variable)
    {
        var name = variable.ToLowerInvariant().Replace('_', '-');
        var application = builder.ApplicationBuilder;
        var key = application.Resources.OfType<ParameterResource>().FirstOrDefault(parameter => parameter.Name == name);

        return builder.WithEnvironment(
            variable,
            key is null ? application.AddParameter(name, "", secret: true) : application.CreateResourceBuilder(key)
        );
    }

    /// <summary>
    /// Opens the published gateway to others: it asks for a token, finds the replicas by name, and speaks TLS with the files of a folder, unless what stands before
    /// it does so.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithPublicAccess(
        this IResourceBuilder<ProjectResource> builder,
        IResourceBuilder<ProjectResource> api
    ) =>
        builder.IsPublished()
            ? builder
                .WithHttpsEndpoint()
                .WithExternalHttpEndpoints()
                .WithEnvironment("RAGPY_ACCESS_TOKEN", builder.ApplicationBuilder.AddParameter("ragpy-access-token", secret: true))
                .WithEnvironment("RAGPY_GATEWAY_DNS", api.GetEndpoint("http"))
                .WithAnnotation(new ContainerMountAnnotation("./secrets/tls", "/run/tls", ContainerMountType.BindMount, isReadOnly: true))
                .WithEnvironment(SetTransport)
            : builder;

    private static void SetTransport(EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        switch (context.ExecutionContext.PublisherName)
        {
            case "compose":
                variables["HTTPS_PORTS"] = ((IResourceWithEndpoints)context.Resource)
                    .GetEndpoint("https")
                    .Property(EndpointProperty.TargetPort);
                variables["RAGPY_TLS_CERTIFICATE"] = "/run/tls/tls.crt";
                variables["RAGPY_TLS_KEY"] = "/run/tls/tls.key";
                break;
            case "kubernetes":
                // The ingress, which alone can reach the gateway, is in one of a cluster's private networks.
                variables["RAGPY_GATEWAY_TRUSTED_PROXIES"] = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16";
                break;
        }
    }

    private static bool IsPublished<T>(this IResourceBuilder<T> builder)
        where T : IResource => builder.ApplicationBuilder.ExecutionContext.IsPublishMode;
}
