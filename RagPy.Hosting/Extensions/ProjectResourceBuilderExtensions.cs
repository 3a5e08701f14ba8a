using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost builds with itself.</summary>
    /// <param name="projectPath">Path of its project file, relative to the AppHost's folder.</param>
    /// <param name="launchProfileName">Null: the model alone says how it runs. Launch profiles are not read.</param>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        string name,
        string projectPath,
        string? launchProfileName
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(projectPath);
        if (launchProfileName is not null)
        {
            throw new ArgumentException(
                $"The project '{name}' asks for the launch profile '{launchProfileName}'; profiles are not read, give null.",
                nameof(launchProfileName)
            );
        }

        var path = Path.GetFullPath(projectPath.Replace('\\', '/'), builder.AppHostDirectory);

        return builder
            .AddResource(new ProjectResource(name))
            .WithAnnotation(new ProjectPathAnnotation(path))
            .WithAnnotation(new OtlpExporterAnnotation())
            .WithEnvironment(context => SetDefaults(context, builder));
    }

    /// <summary>Runs several processes of the project behind one address.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);

        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Keeps a published project from believing whoever says on whose behalf a request comes: it has a rule of its own.</summary>
    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.WithAnnotation(new ForwardedHeadersOffAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }

    private static void SetDefaults(EnvironmentCallbackContext context, IDistributedApplicationBuilder builder)
    {
        context.EnvironmentVariables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        if (!context.ExecutionContext.IsRunMode)
        {
            SetPublishedDefaults(context);

            return;
        }

        if (string.Equals(builder.Environment.EnvironmentName, "Development", StringComparison.OrdinalIgnoreCase))
        {
            context.EnvironmentVariables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            context.EnvironmentVariables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }

        if (ProjectUrls.Of(context.Resource) is { } urls)
        {
            context.EnvironmentVariables["ASPNETCORE_URLS"] = urls;
        }
    }

    /// <summary>In a container all listen on ports of their own choosing; what stands before them says for whom it asks.</summary>
    private static void SetPublishedDefaults(EnvironmentCallbackContext context)
    {
        if (
            context.Resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(endpoint => endpoint.UriScheme == "http")
            is not { } http
        )
        {
            return;
        }

        if (!context.Resource.TryGetLastAnnotation<ForwardedHeadersOffAnnotation>(out _))
        {
            context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        }

        context.EnvironmentVariables["HTTP_PORTS"] = new EndpointReference((IResourceWithEndpoints)context.Resource, http.Name).Property(
            EndpointProperty.TargetPort
        );
    }
}
