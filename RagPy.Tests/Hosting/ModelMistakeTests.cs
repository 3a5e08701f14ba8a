using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting.Model;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>Mistakes of a model are found before anything starts, and named.</summary>
public sealed class ModelMistakeTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();

    [Fact]
    public void A_whole_model_has_none()
    {
        var database = _builder.AddPostgres("postgres").AddDatabase("data");
        Tool("tool").WithReference(database).WaitFor(database).WithHttpEndpoint().WithHttpHealthCheck("/health");

        _builder.Build().Dispose();
    }

    [Fact]
    public void A_reference_to_a_resource_of_another_application()
    {
        var other = DistributedApplication.CreateBuilder().AddRedis("cache");
        Tool("tool").WithReference(other);

        Assert.Contains("'tool' refers to 'cache', which was not added", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_for_a_resource_of_another_application()
    {
        Tool("tool").WaitFor(DistributedApplication.CreateBuilder().AddRedis("cache"));

        Assert.Contains("'tool' refers to 'cache'", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resources_that_wait_for_each_other()
    {
        var (first, second, third) = (Tool("first"), Tool("second"), Tool("third"));
        first.WaitFor(second);
        second.WaitFor(third);
        third.WaitFor(first);

        Assert.Contains("'first' → 'second' → 'third' → 'first'", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_waits_for_what_waits_for_its_database()
    {
        var postgres = _builder.AddPostgres("postgres");
        var tool = Tool("tool").WaitFor(postgres.AddDatabase("data"));
        postgres.WaitFor(tool);

        Assert.Contains("'postgres' → 'tool' → 'data' → 'postgres'", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_waits_for_itself()
    {
        var tool = Tool("tool");

        var error = Assert.Throws<DistributedApplicationException>(() => tool.WaitFor(tool));

        Assert.Contains("'tool' cannot wait for 'tool'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_health_check_without_an_endpoint()
    {
        Tool("tool").WithHttpHealthCheck("/health");
        Tool("other").WithHttpEndpoint().WithHttpHealthCheck("/health", endpointName: "admin");

        var refusal = Refusal();

        Assert.Contains("'tool' has an HTTP health check and no HTTP endpoint", refusal, StringComparison.Ordinal);
        Assert.Contains("'other' asks its endpoint 'admin'", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void One_port_for_two_endpoints()
    {
        Tool("tool").WithHttpEndpoint(port: 7001);
        Tool("other").WithHttpEndpoint(port: 7001);

        Assert.Contains("7001 is given to 'tool' and 'other'", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_none()
    {
        Tool("tool").WithHttpEndpoint(port: 70_000);

        Assert.Contains("has the port 70000", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Replicas_that_would_share_one_port()
    {
        Project("api").WithReplicas(2).WithHttpEndpoint(targetPort: 5000);

        Assert.Contains("'api' has 2 replicas", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_file_that_is_not_there()
    {
        _builder.AddProject("api", "nowhere/nothing.csproj", launchProfileName: null);

        Assert.Contains("project file of 'api'", Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_the_other_resource_does_not_have()
    {
        var api = Tool("api");
        var tool = Tool("tool").WithReference(api.GetEndpoint("admin"));

        Assert.Contains("refers to the endpoint 'admin' of 'api'", Assert.Single(await ValueMistakesAsync(tool)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_nobody_has_set()
    {
        var key = _builder.AddParameter("api-key", secret: true);
        var tool = Tool("tool").WithEnvironment("KEY", key).WithEnvironment("URL", $"http://host/{key:uri}");

        var mistake = Assert.Single(await ValueMistakesAsync(tool));

        Assert.Contains("'tool'", mistake, StringComparison.Ordinal);
        Assert.Contains("secret 'api-key' is not set", mistake, StringComparison.Ordinal);
        Assert.Contains("Parameters__api_key", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_is_set_by_its_variable_even_with_a_hyphen_in_its_name()
    {
        _builder.Configuration["Parameters:api_key"] = "k";
        var tool = Tool("tool").WithEnvironment("KEY", _builder.AddParameter("api-key", secret: true));

        Assert.Empty(await ValueMistakesAsync(tool));
        Assert.Equal("k", (await HostingModel.EnvironmentAsync(tool))["KEY"]);
    }

    [Fact]
    public async Task A_connection_string_that_nobody_has_given_unless_it_is_optional()
    {
        var store = _builder.AddConnectionString("store");

        Assert.Contains(
            "connection string 'store' is not set",
            Assert.Single(await ValueMistakesAsync(Tool("needs").WithReference(store))),
            StringComparison.Ordinal
        );
        Assert.Empty(await ValueMistakesAsync(Tool("may-have").WithReference(store, optional: true)));
    }

    [Fact]
    public async Task The_port_that_another_process_listens_on()
    {
        var api = Tool("api").WithHttpEndpoint();
        var tool = Tool("tool").WithEnvironment("PORT", api.GetEndpoint("http").Property(EndpointProperty.TargetPort));

        Assert.Contains("'api' itself listens on", Assert.Single(await ValueMistakesAsync(tool)), StringComparison.Ordinal);
    }

    private IResourceBuilder<ExecutableResource> Tool(string name) => _builder.AddExecutable(name, "true", "/");

    private IResourceBuilder<ProjectResource> Project(string name) =>
        _builder.AddProject(name, Path.Combine(Repository.Root, "RagPy.Api/RagPy.Api.csproj"), launchProfileName: null);

    private string Refusal() => Assert.Throws<DistributedApplicationException>(_builder.Build).Message;

    private async Task<IReadOnlyList<string>> ValueMistakesAsync(IResourceBuilder<IResource> resource)
    {
        var plan = await ResourcePlan.MakeAsync(resource.Resource, _builder.ExecutionContext, TestContext.Current.CancellationToken);

        return await plan.FindMistakesAsync(new DistributedApplicationModel(_builder.Resources), TestContext.Current.CancellationToken);
    }
}
