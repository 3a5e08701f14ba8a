using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>A reference gives exactly the variables that Aspire gives.</summary>
public sealed class InjectedVariableTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();

    [Fact]
    public async Task A_database_is_given_as_connection_string_and_in_parts()
    {
        var postgres = _builder.AddPostgres("pg", password: _builder.AddParameter("pw", "p@ss word"));
        var database = postgres.AddDatabase("my-data", "library");
        HostingModel.Allocate(postgres, "tcp", "localhost", 5433);

        var variables = await GivenBy(tool => tool.WithReference(database));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ConnectionStrings__my-data"] = "Host=localhost;Port=5433;Username=postgres;Password=p@ss word;Database=library",
                ["MY_DATA_HOST"] = "localhost",
                ["MY_DATA_PORT"] = "5433",
                ["MY_DATA_USERNAME"] = "postgres",
                ["MY_DATA_PASSWORD"] = "p@ss word",
                ["MY_DATA_URI"] = "postgresql://postgres:p%40ss%20word@localhost:5433/library",
                ["MY_DATA_JDBCCONNECTIONSTRING"] = "jdbc:postgresql://localhost:5433/library",
                ["MY_DATA_DATABASENAME"] = "library",
            },
            variables
        );
    }

    [Fact]
    public async Task A_server_is_given_without_a_database()
    {
        var postgres = _builder.AddPostgres("pg", _builder.AddParameter("user", "me"), _builder.AddParameter("pw", "x"));
        HostingModel.Allocate(postgres, "tcp", "localhost", 5433);

        var variables = await GivenBy(tool => tool.WithReference(postgres));

        Assert.Equal("Host=localhost;Port=5433;Username=me;Password=x", variables["ConnectionStrings__pg"]);
        Assert.Equal("postgresql://me:x@localhost:5433", variables["PG_URI"]);
        Assert.Equal("jdbc:postgresql://localhost:5433", variables["PG_JDBCCONNECTIONSTRING"]);
        Assert.Equal(7, variables.Count);
    }

    [Fact]
    public async Task Redis_is_given_as_connection_string_and_in_parts()
    {
        var redis = _builder.AddRedis("cache", password: _builder.AddParameter("pw", "a/b"));
        HostingModel.Allocate(redis, "tcp", "localhost", 6380);

        var variables = await GivenBy(tool => tool.WithReference(redis));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ConnectionStrings__cache"] = "localhost:6380,password=a/b",
                ["CACHE_HOST"] = "localhost",
                ["CACHE_PORT"] = "6380",
                ["CACHE_PASSWORD"] = "a/b",
                ["CACHE_URI"] = "redis://:a%2Fb@localhost:6380",
            },
            variables
        );
    }

    [Fact]
    public async Task A_connection_name_replaces_the_resources_name()
    {
        var redis = _builder.AddRedis("cache", password: _builder.AddParameter("pw", "x"));
        HostingModel.Allocate(redis, "tcp", "localhost", 6380);

        var variables = await GivenBy(tool => tool.WithReference(redis, connectionName: "broker"));

        Assert.Equal("localhost:6380,password=x", variables["ConnectionStrings__broker"]);
        Assert.Equal("localhost", variables["BROKER_HOST"]);
        Assert.DoesNotContain(variables.Keys, name => name.Contains("cache", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Endpoints_of_a_project_are_found_by_its_name()
    {
        var api = _builder
            .AddProject("my-api", Path.Combine(Repository.Root, "RagPy.Api/RagPy.Api.csproj"), launchProfileName: null)
            .WithHttpEndpoint()
            .WithHttpEndpoint(name: "admin");
        HostingModel.Allocate(api, "http", "localhost", 5001);
        HostingModel.Allocate(api, "admin", "localhost", 5002);

        var variables = await GivenBy(tool => tool.WithReference(api));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["MY_API_HTTP"] = "http://localhost:5001",
                ["MY_API_ADMIN"] = "http://localhost:5002",
                ["services__my-api__http__0"] = "http://localhost:5001",
                ["services__my-api__http__1"] = "http://localhost:5002",
            },
            variables
        );
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["MY_API_ADMIN"] = "http://localhost:5002",
                ["services__my-api__http__1"] = "http://localhost:5002",
            },
            await GivenBy(tool => tool.WithReference(api.GetEndpoint("admin")))
        );
    }

    [Fact]
    public async Task A_connection_string_from_outside_is_passed_on_under_the_variable_it_asks_for()
    {
        _builder.Configuration["ConnectionStrings:store"] = "Endpoint=http://host:6334";

        Assert.Equal(
            "Endpoint=http://host:6334",
            (await GivenBy(tool => tool.WithReference(_builder.AddConnectionString("store"))))["ConnectionStrings__store"]
        );
        _builder.Configuration["ConnectionStrings:other"] = "x";
        Assert.Equal("x", (await GivenBy(tool => tool.WithReference(_builder.AddConnectionString("other", "OTHER"))))["OTHER"]);
    }

    [Fact]
    public async Task Variables_take_texts_parameters_endpoints_and_interpolated_strings()
    {
        var api = _builder.AddExecutable("api", "true", "/").WithHttpEndpoint();
        HostingModel.Allocate(api, "http", "localhost", 5001);
        var key = _builder.AddParameter("key", "k&v", secret: true);
        var endpoint = api.GetEndpoint("http");

        var variables = await GivenBy(tool =>
            tool.WithEnvironment("TEXT", "plain")
                .WithEnvironment("KEY", key)
                .WithEnvironment("URL", endpoint)
                .WithEnvironment("HOST", endpoint.Property(EndpointProperty.HostAndPort))
                .WithEnvironment("MIXED", $"{endpoint}/x?key={key:uri}&brace={{}}")
                .WithEnvironment("LATER", () => "computed")
        );

        Assert.Equal("plain", variables["TEXT"]);
        Assert.Equal("k&v", variables["KEY"]);
        Assert.Equal("http://localhost:5001", variables["URL"]);
        Assert.Equal("localhost:5001", variables["HOST"]);
        Assert.Equal("http://localhost:5001/x?key=k%26v&brace={}", variables["MIXED"]);
        Assert.Equal("computed", variables["LATER"]);
    }

    private async Task<Dictionary<string, string>> GivenBy(Action<IResourceBuilder<ExecutableResource>> refer)
    {
        var tool = _builder.AddExecutable($"tool-{_builder.Resources.Count}", "true", "/");
        refer(tool);

        return await HostingModel.EnvironmentAsync(tool);
    }
}
