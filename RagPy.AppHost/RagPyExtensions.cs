using System.Globalization;
using Microsoft.Extensions.Configuration;
using RagPy.Core.Extraction.Recognition;
using RagPy.Core.Settings;
using RagPy.Hosting;

namespace RagPy.AppHost;

/// <summary>What RagPy's resources have in common, in terms of Aspire's own model.</summary>
internal static class RagPyExtensions
{
    private const int DefaultWebPort = 8000;
    private const string GatewayKey = "gateway-key";

    /// <summary>Key by which the engine is told; Aspire's own runs servers in containers anyway.</summary>
    public const string Containers = "AppHost:Containers";
    private const int MostReplicas = 1000;

    /// <summary>Milliseconds.</summary>
    private const string MetricInterval = "10000";

    /// <summary>Reads <c>.env</c> of the current folder, where there is one, as the source of least weight; the command line's settings have the most.</summary>
    public static IDistributedApplicationBuilder AddRagPySettings(this IDistributedApplicationBuilder builder, RunOptions options)
    {
        var variables = DotEnvFile.Read(DotEnvFile.DefaultPath, out var problem);
        builder.Configuration.Sources.Insert(0, new DotEnvConfigurationSource(variables));
        if (problem is not null)
        {
            Console.Error.WriteLine(problem.Message);
        }

        builder.Configuration.AddInMemoryCollection(
            options.Settings.Select(setting =>
                KeyValuePair.Create(
                    setting.Key.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal),
                    (string?)setting.Value
                )
            )
        );
        if (options.UsesContainers)
        {
            builder.Configuration[Containers] = "true";
        }

        return builder;
    }

    /// <summary>Port of the web page on this machine: <c>RAGPY_PORT</c>, 0 for any, 8000 when it is not set. Published, it is for the place to say.</summary>
    public static int? WebPort(this IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return null;
        }

        var text = builder.Configuration["RAGPY_PORT"];
        if (string.IsNullOrWhiteSpace(text))
        {
            return DefaultWebPort;
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return port == 0 ? null : port;
        }

        Console.Error.WriteLine(
            $"RAGPY_PORT is \"{text}\"; expected a port from 1 to 65535, or 0 for any; using the default {DefaultWebPort}."
        );

        return DefaultWebPort;
    }

    /// <summary>Replicas of the API: the parameter <c>api-replicas</c> (<c>Parameters__api_replicas</c>); 2 when run, 3 when published, unless it is set.</summary>
    public static int ApiReplicas(this IDistributedApplicationBuilder builder) =>
        builder.Replicas("api-replicas", whenRun: 2, whenPublished: 3);

    /// <summary>Workers: the parameter <c>ingestion-replicas</c>; 1 when run, 2 when published, unless it is set.</summary>
    public static int IngestionReplicas(this IDistributedApplicationBuilder builder) =>
        builder.Replicas("ingestion-replicas", whenRun: 1, whenPublished: 2);

    private static int Replicas(this IDistributedApplicationBuilder builder, string parameter, int whenRun, int whenPublished)
    {
        var fallback = builder.ExecutionContext.IsPublishMode ? whenPublished : whenRun;
        var text = builder.Configuration[$"Parameters:{parameter}"] ?? builder.Configuration[$"Parameters:{parameter.Replace('-', '_')}"];
        if (string.IsNullOrWhiteSpace(text))
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) && replicas is >= 1 and <= MostReplicas)
        {
            return replicas;
        }

        Console.Error.WriteLine(
            $"Parameters:{parameter} is \"{text}\"; expected a number from 1 to {MostReplicas}; using the default {fallback}."
        );

        return fallback;
    }

    /// <summary>
    /// Lets orchestrators ask the two addresses that every service answers. The database is migrated while the first one starts: it has two minutes for that.
    /// </summary>
    public static IResourceBuilder<T> WithProbes<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints, IResourceWithProbes =>
        builder
            .WithHttpProbe(ProbeType.Startup, "/alive", initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60)
            .WithHttpProbe(ProbeType.Readiness, "/health", initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3)
            .WithHttpProbe(ProbeType.Liveness, "/alive", initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6);

    /// <summary>Gives a service what the AppHost itself has: data folder, kind of environment, and the variables of <c>.env</c>.</summary>
    public static IResourceBuilder<T> WithRagPySettings<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        var application = builder.ApplicationBuilder;

        return application.ExecutionContext.IsPublishMode
            // The services are .NET programs: connection strings and addresses are all they want.
            ? builder.WithReferenceEnvironment(
                ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery
            )
            : builder
                .WithEnvironment(context =>
                {
                    // Those of the AppHost's own environment are of more weight, and inherited.
                    foreach (
                        var (name, value) in DotEnvFile
                            .Read(DotEnvFile.DefaultPath, out _)
                            .Where(variable => Environment.GetEnvironmentVariable(variable.Key) is null)
                    )
                    {
                        context.EnvironmentVariables.TryAdd(name, value);
                    }
                })
                .WithEnvironment("RAGPY_DATA", DataFolder(application))
                // One heap for a process: several of them share a machine of few cores.
                .WithEnvironment("DOTNET_gcServer", "0")
                // A replica that takes the place of another has to be quick soon: measuring code before it is compiled well costs more than it gains in that time.
                .WithEnvironment("DOTNET_TieredPGO", "0")
                // The orchestrator kills what has not ended after six seconds; a worker hands its work back before.
                .WithEnvironment("RAGPY_STOP_TIMEOUT", "2")
                // Nobody watches the gateway's readiness here.
                .WithEnvironment("RAGPY_GATEWAY_DRAIN_SECONDS", "0")
                // Every second, as Aspire has it in development, is most of what an idle service does.
                .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", MetricInterval)
                // Aspire's always_on would take the place of the services' own choice, and looks for work fill the list of traces.
                .WithEnvironment("OTEL_TRACES_SAMPLER", Environment.GetEnvironmentVariable("OTEL_TRACES_SAMPLER") ?? "")
                .WithEnvironment("DOTNET_ENVIRONMENT", application.Environment.EnvironmentName)
                .WithEnvironment("ASPNETCORE_ENVIRONMENT", application.Environment.EnvironmentName);
    }

    /// <summary>
    /// Makes a gateway stand before the replicas of a service: it is told where each of them is, and shows them a key by which they know it. On this machine they are in
    /// a file that follows them; published, they are behind a name.
    /// </summary>
    public static IResourceBuilder<ProjectResource> InFrontOf(
        this IResourceBuilder<ProjectResource> gateway,
        IResourceBuilder<ProjectResource> service
    )
    {
        var application = gateway.ApplicationBuilder;
        var endpoint = service.GetEndpoint("http");
        var key = application.ExecutionContext.IsPublishMode
            ? application.AddParameter(GatewayKey, secret: true)
            : application.AddParameter(GatewayKey, new GenerateParameterDefault { Special = false }.GetDefaultValue(), secret: true);
        service.WithAnnotation(new DoctorNoteAnnotation(RequestLimits(application.Configuration)));
        service.WithEnvironment("RAGPY_BEHIND_GATEWAY", "true").WithEnvironment("RAGPY_GATEWAY_KEY", key);
        gateway.WithEnvironment("RAGPY_GATEWAY_KEY", key).WithReference(service).WaitFor(service);

        return application.ExecutionContext.IsPublishMode ? gateway : gateway.WithReplicaAddresses(endpoint, "RAGPY_GATEWAY_DESTINATIONS");
    }

    /// <summary>Lets <c>doctor</c> say what will read pages without a text layer.</summary>
    public static IResourceBuilder<ProjectResource> WithRecognition(this IResourceBuilder<ProjectResource> worker)
    {
        var configuration = worker.ApplicationBuilder.Configuration;
        var (_, text) = RecognitionSummary.Look(SettingsBinder.Bind(name => configuration[name]).Settings);

        return worker.WithAnnotation(new DoctorNoteAnnotation($"text recognition: {text}"));
    }

    /// <summary>What a process of the HTTP service takes at once, as it will read its settings.</summary>
    private static string RequestLimits(IConfiguration configuration)
    {
        var settings = SettingsBinder.Bind(name => configuration[name]).Settings;

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.UvicornLimitConcurrency * settings.UvicornWorkers} requests at once and {settings.UvicornBacklog} waiting, {settings.StreamLimit} event streams, idle connections kept for {settings.UvicornTimeoutKeepAliveSeconds} s each"
        );
    }

    /// <summary>The same folder that the command line uses.</summary>
    private static string DataFolder(IDistributedApplicationBuilder builder) =>
        builder.Configuration["RAGPY_DATA"] is { Length: > 0 } given
            ? Path.GetFullPath(given)
            : Path.GetFullPath("../.ragpy", builder.AppHostDirectory);
}
