using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RagPy.Hosting;
using RagPy.Hosting.Running;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>Whoever asks replicas himself finds those of now in a file.</summary>
public sealed class ReplicaListTests
{
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder();

    [Fact]
    public void The_file_has_those_that_may_be_asked()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "replicas.json");
        var list = new ReplicaList(Api().GetEndpoint("http"), path);

        list.Clear();
        Assert.Equal("""{"destinations":[]}""", File.ReadAllText(path));
        list.Add("api-b", 41002);
        list.Add("api-a", 41001);
        Assert.Equal("""{"destinations":["http://127.0.0.1:41001","http://127.0.0.1:41002"]}""", File.ReadAllText(path));
        list.Remove("api-a");
        list.Remove("api-c");
        Assert.Equal("""{"destinations":["http://127.0.0.1:41002"]}""", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Replicas_without_a_health_check_never_get_onto_it()
    {
        var api = Api();
        _builder.AddExecutable("gateway", "true", "/").WithReplicaAddresses(api.GetEndpoint("http"), "REPLICAS");

        var refusal = Assert.Throws<DistributedApplicationException>(() => _builder.Build());
        Assert.Contains("'gateway' asks for the replicas of 'api', which has no health check", refusal.Message, StringComparison.Ordinal);

        api.WithHttpHealthCheck("/health");
        _builder.Build().Dispose();
    }

    [Theory]
    [InlineData(0.5, "4G", "1", "C0000000")]
    [InlineData(1000, "512M", null, "18000000")]
    public void Limits_become_what_a_process_is_told(double cpus, string memory, string? cores, string heap)
    {
        var api = Api().WithLimits(cpus: cpus, memory: memory);

        var variables = ProcessLimits.Of(api.Resource).Variables().ToDictionary();

        Assert.Equal(cores ?? $"{Environment.ProcessorCount}", variables["DOTNET_PROCESSOR_COUNT"]);
        Assert.Equal(heap, variables["DOTNET_GCHeapHardLimit"]);
        Assert.Empty(ProcessLimits.Of(_builder.AddExecutable("free", "true", "/").Resource).Variables());
    }

    private IResourceBuilder<ExecutableResource> Api() => _builder.AddExecutable("api", "true", "/").WithHttpEndpoint();
}
