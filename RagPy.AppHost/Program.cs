// The whole topology. What runs it on this machine, and what publishes it, is derived from this page alone.
using RagPy.AppHost;
using RagPy.Hosting;

var options = RunOptions.Read(args);
var builder = DistributedApplication.CreateBuilder(options.Rest).AddRagPySettings(options);

var postgres = builder.AddPostgres("postgres").WithDataVolume();
postgres.WithLimits(cpus: 2, memory: "4G", reserveCpus: 0.5, reserveMemory: "1G");
var database = postgres.AddDatabase("ragpy");
var redis = builder.AddRedis("redis").WithLimits(cpus: 1, memory: "512M", reserveCpus: 0.1, reserveMemory: "128M");

var api = builder
    .AddProject("api", "../RagPy.Api/RagPy.Api.csproj", launchProfileName: null)
    .WithHttpEndpoint()
    .WithProbes()
    .WithRetryFailedCommand()
    .WithReplicas(builder.ApiReplicas())
    .WithAutoscale(min: builder.ApiReplicas(), max: 10, cpu: 70)
    .WithLimits(cpus: 2, memory: "4G", reserveCpus: 1, reserveMemory: "2G", nofile: 65_536)
    .WithRagPySettings()
    .WithReference(database)
    .WaitFor(database)
    .WithReference(redis)
    .WaitFor(redis);

builder
    .AddProject("ingestion", "../RagPy.Ingestion/RagPy.Ingestion.csproj", launchProfileName: null)
    .WithHttpEndpoint()
    .WithProbes()
    .WithLimits(cpus: 4, memory: "8G", reserveCpus: 2, reserveMemory: "4G", nofile: 65_536)
    .WithRagPySettings()
    .WithReference(database)
    .WaitFor(database)
    .WithReference(redis)
    .WaitFor(redis);

builder
    .AddProject("gateway", "../RagPy.Gateway/RagPy.Gateway.csproj", launchProfileName: null)
    .WithHttpEndpoint(port: builder.WebPort())
    .WithExternalHttpEndpoints()
    .WithProbes()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Web page")
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
    .WithLimits(cpus: 1, memory: "512M", reserveCpus: 0.25, reserveMemory: "128M", nofile: 65_536)
    .WithRagPySettings()
    .InFrontOf(api);

options.ApplyTo(builder);
builder.Build().Run();
