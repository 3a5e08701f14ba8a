using System.Text.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Npgsql;
using RagPy.Hosting.Backing;
using RagPy.Hosting.Dcp;
using RagPy.Hosting.Model;
using RagPy.Hosting.Running;
using RagPy.LocalServices;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>What the orchestrator is told of servers that run in containers; it is not tried here whether a container runtime does it.</summary>
public sealed class ContainerTests : IDisposable
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();
    private readonly TemporaryFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task PostgreSQL_has_its_volume_its_port_on_this_machine_alone_and_a_password_that_stays()
    {
        var postgres = _builder.AddPostgres("postgres").WithDataVolume();
        postgres.AddDatabase("ragpy");
        var backing = (await ChooseAsync())[postgres.Resource];
        var connection = new NpgsqlConnectionStringBuilder(
            await ((IResourceWithConnectionString)postgres.Resource).GetConnectionStringAsync(Token)
        );

        var spec = await DescribeAsync(postgres.Resource);

        Assert.True(backing.IsContainer);
        Assert.StartsWith("docker.io/library/postgres:", (string?)spec["image"], StringComparison.Ordinal);
        Assert.Equal(
            $$"""[{"containerPort":5432,"hostPort":{{connection.Port}},"hostIP":"127.0.0.1","protocol":"TCP"}]""",
            spec["ports"]!.ToJsonString()
        );
        var mount = Assert.Single(spec["volumeMounts"]!.AsArray())!;
        Assert.Equal(("volume", "/var/lib/postgresql/data"), ((string?)mount["type"], (string?)mount["target"]));
        Assert.EndsWith("-postgres-data", (string?)mount["source"], StringComparison.Ordinal);
        var environment = Environment(spec);
        Assert.Equal(connection.Password, environment["POSTGRES_PASSWORD"]);
        Assert.Equal(connection.Username, environment["POSTGRES_USER"]);

        var again = DistributedApplication.CreateBuilder().AddPostgres("postgres");
        again.AddDatabase("ragpy");
        await ChooseAsync(again.ApplicationBuilder);
        Assert.Equal(connection.Password, await again.Resource.PasswordParameter.GetValueAsync(Token));
    }

    [Fact]
    public async Task Redis_asks_for_the_password_that_clients_are_given()
    {
        var redis = _builder.AddRedis("redis");
        await ChooseAsync();

        var spec = await DescribeAsync(redis.Resource);

        var password = Environment(spec)["REDIS_PASSWORD"];
        Assert.Equal("/bin/sh", (string?)spec["command"]);
        Assert.Contains("--requirepass $REDIS_PASSWORD", spec["args"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(
            $"localhost:{(int?)spec["ports"]![0]!["hostPort"]},password={password}",
            await ((IResourceWithConnectionString)redis.Resource).GetConnectionStringAsync(Token)
        );
    }

    [Fact]
    public async Task Qdrant_has_both_its_ports_and_its_key()
    {
        var qdrant = _builder.AddQdrant("qdrant").WithDataVolume();
        await ChooseAsync();

        var spec = await DescribeAsync(qdrant.Resource);

        Assert.Equal([6334, 6333], spec["ports"]!.AsArray().Select(port => (int)port!["containerPort"]!));
        Assert.Equal(2, spec["ports"]!.AsArray().Select(port => (int)port!["hostPort"]!).Distinct().Count());
        Assert.Equal(await qdrant.Resource.ApiKeyParameter.GetValueAsync(Token), Environment(spec)["QDRANT__SERVICE__API_KEY"]);
    }

    [Fact]
    public async Task A_server_of_ones_own_goes_before_a_container()
    {
        _builder.Configuration["CELERY_BROKER_URL"] = "redis://cache.example:6390";
        var redis = _builder.AddRedis("redis");

        var backing = (await ChooseAsync())[redis.Resource];

        Assert.False(backing.IsContainer);
        Assert.Contains("given by CELERY_BROKER_URL", backing.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Qdrant_without_containers_is_refused()
    {
        _builder.AddQdrant("qdrant");

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => ChooseAsync(_builder, containers: null));

        Assert.Contains("ask for it with --containers", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_container_runtime_it_says_so()
    {
        await using var appHost = AppHostProcess.Start(
            _data.Path,
            new Dictionary<string, string> { ["PATH"] = "/nowhere", ["ASPIRE_CONTAINER_RUNTIME"] = "" },
            "--containers"
        );

        Assert.Equal(1, await appHost.WaitForExitAsync());
        Assert.Contains(
            "--containers needs a container runtime, and docker is not installed and podman is not installed;",
            appHost.Output,
            StringComparison.Ordinal
        );
    }

    private Task<IReadOnlyDictionary<IResource, BackingService>> ChooseAsync() => ChooseAsync(_builder);

    private Task<IReadOnlyDictionary<IResource, BackingService>> ChooseAsync(IDistributedApplicationBuilder builder) =>
        ChooseAsync(builder, new ContainerServers("docker", new RunFolder(_data.Path)));

    private Task<IReadOnlyDictionary<IResource, BackingService>> ChooseAsync(
        IDistributedApplicationBuilder builder,
        ContainerServers? containers
    ) =>
        BackingServices.ChooseAsync(
            new DistributedApplicationModel(builder.Resources),
            builder.Configuration,
            LocalServicesOptions.FromEnvironment(_ => null) with
            {
                DataDirectory = _data.Path,
            },
            parent: null,
            containers,
            Token
        );

    /// <summary>As it goes to the orchestrator.</summary>
    private async Task<JsonNode> DescribeAsync(ContainerResource resource)
    {
        var plan = await ResourcePlan.MakeAsync(resource, _builder.ExecutionContext, Token);
        var spec = await ContainerLaunch.DescribeAsync(resource, plan, _data.Path, Token);

        return JsonSerializer.SerializeToNode(spec, DcpClient.Json)!;
    }

    private static Dictionary<string, string> Environment(JsonNode spec) =>
        spec["env"]!.AsArray().ToDictionary(one => (string)one!["name"]!, one => (string)one!["value"]!);
}
