// The whole topology. What runs it on this machine, and what publishes it, is derived from this page alone.
using RagPy.AppHost;
using RagPy.Hosting;

var options = RunOptions.Read(args);
var builder = DistributedApplication.CreateBuilder(options.Rest).AddRagPySettings(options);

var database = builder
    .AddPostgres("postgres")
    .WithDataVolume()
    .WithPublishedServer("ragpy")
    .WithLimits(cpus: 2, memory: "4G", reserveCpus: 0.5, reserveMemory: "2G")
    .AddDatabase("ragpy");
var redis = builder.AddRedis("redis").WithLimits(cpus: 1, memory: "512M", reserveCpus: 0.1, reserveMemory: "128M");
var store = builder.AddVectorStore()?.WithLimits(cpus: 2, memory: "4G", reserveCpus: 0.5, reserveMemory: "1G", nofile: 65_536);
var migration = builder.AddMigration(database)?.WithLimits(cpus: 1, memory: "512M", reserveCpus: 0.1, reserveMemory: "128M");

var api = builder
    .AddProject("api", "../RagPy.Api/RagPy.Api.csproj", launchProfileName: null)
    .DisableForwardedHeaders()
    .WithHttpEndpoint()
    .WithProbes()
    .WithReplicas(builder.ApiReplicas())
    .WithAutoscale(min: builder.ApiReplicas(), max: 10, cpu: 70)
    .WithLimits(cpus: 2, memory: "4G", reserveCpus: 1, reserveMemory: "2G", nofile: 65_536)
    .WithRetryFailedCommand()
    .WithRagPySettings()
    .WithSharedData(options)
    .WithProviderKeys()
    .WithReference(database)
    .WaitFor(database)
    .WithReference(redis)
    .WaitFor(redis)
    .WithVectorStore(store)
    .WaitForMigration(migration);

builder
    .AddProject("ingestion", "../RagPy.Ingestion/RagPy.Ingestion.csproj", launchProfileName: null)
    .DisableForwardedHeaders()
    .WithHttpEndpoint()
    .WithProbes()
    .WithReplicas(builder.IngestionReplicas())
    .WithAutoscale(min: builder.IngestionReplicas(), max: 8, cpu: 70)
    .WithLimits(cpus: 4, memory: "8G", reserveCpus: 2, reserveMemory: "4G", nofile: 65_536)
    .WithRagPySettings()
    .WithSharedData(options)
    .WithProviderKeys()
    .WithRecognition()
    .WithReference(database)
    .WaitFor(database)
    .WithReference(redis)
    .WaitFor(redis)
    .WithVectorStore(store)
    .WaitForMigration(migration);

builder
    .AddProject("gateway", "../RagPy.Gateway/RagPy.Gateway.csproj", launchProfileName: null)
    .DisableForwardedHeaders()
    .WithHttpEndpoint(port: builder.WebPort())
    .WithExternalHttpEndpoints()
    .WithProbes()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Web page")
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
    .WithLimits(cpus: 1, memory: "512M", reserveCpus: 0.25, reserveMemory: "128M", nofile: 65_536)
    .WithAutoscale(min: 2, max: 4, cpu: 70)
    .WithRagPySettings()
    .InFrontOf(api)
    .WithPublicAccess(api);

options.ApplyTo(builder);
builder.Build().Run();
