using Aspire.Hosting;
using RagPy.Hosting.Running;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>What the orchestrator is handed: templates only where the model has a port that each replica has for itself.</summary>
public sealed class TargetPortTests
{
    [Fact]
    public async Task A_projects_urls_name_the_port_of_each_replica()
    {
        var builder = DistributedApplication.CreateBuilder();
        var api = builder
            .AddProject("api", Path.Combine(Repository.Root, "RagPy.Api/RagPy.Api.csproj"), launchProfileName: null)
            .WithHttpEndpoint(port: 8000)
            .WithReplicas(2);

        var variables = await HostingModel.EnvironmentAsync(api);

        Assert.Equal("http://localhost:{{portForServing \"api-http\"}}", TargetPort.ToTemplate(variables["ASPNETCORE_URLS"]));
        Assert.Equal("in_memory", variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
    }

    [Fact]
    public async Task A_program_is_told_its_port_in_the_variable_it_asks_for()
    {
        var builder = DistributedApplication.CreateBuilder();
        var free = builder.AddExecutable("free", "true", "/").WithHttpEndpoint(env: "PORT");
        var fixedPort = builder.AddExecutable("fixed", "true", "/").WithHttpEndpoint(targetPort: 5005, env: "PORT");

        Assert.Equal("{{portForServing \"free-http\"}}", TargetPort.ToTemplate((await HostingModel.EnvironmentAsync(free))["PORT"]));
        Assert.Equal("5005", (await HostingModel.EnvironmentAsync(fixedPort))["PORT"]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{single} }}", "{single} }}")]
    [InlineData("{{.Name}}", "{{\"{{\"}}.Name}}")]
    [InlineData("{{{x", "{{\"{{\"}}{x")]
    public void Braces_of_a_text_are_no_template(string text, string template) => Assert.Equal(template, TargetPort.ToTemplate(text));
}
