// The whole topology. What runs it on this machine, and what publishes it, is derived from this page alone.
using RagPy.AppHost;

var builder = DistributedApplication.CreateBuilder(args).AddRagPySettings();

var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("ragpy");
var redis = builder.AddRedis("redis");

builder
    .AddProject("api", "../RagPy.Api/RagPy.Api.csproj", launchProfileName: null)
    .WithHttpEndpoint(port: builder.WebPort())
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Web page")
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/scalar", DisplayText = "API reference" })
    .WithRetryFailedCommand()
    .WithReplicas(2)
    .WithRagPySettings()
    .WithReference(database)
    .WaitFor(database)
    .WithReference(redis)
    .WaitFor(redis);

builder
    .AddProject("ingestion", "../RagPy.Ingestion/RagPy.Ingestion.csproj", launchProfileName: null)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithRagPySettings()
    .WithReference(database)
    .WaitFor(database)
    .WithReference(redis)
    .WaitFor(redis);

builder.Build().Run();
