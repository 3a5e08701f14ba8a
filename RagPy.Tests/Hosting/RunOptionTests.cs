using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>What is said on the AppHost's command line takes effect, or is refused in one sentence.</summary>
public sealed class RunOptionTests : IDisposable
{
    private readonly string _data = AppHostProcess.CreateData();

    public void Dispose() => AppHostProcess.RemoveData(_data);

    [Theory]
    [InlineData("--replicas nope=3: there is no service 'nope'; there are api, ingestion, gateway.", "--replicas", "nope=3", "doctor")]
    [InlineData("--replicas api: expected a service and a number from 1 to 100, as api=4.", "--replicas=api", "doctor")]
    [InlineData("--profile huge: there is no such profile; say 8gb, 16gb, auto.", "--profile", "huge", "doctor")]
    [InlineData("--set RAGPY_NONSENSE: there is no such setting; docs/settings.md has them all.", "--set", "RAGPY_NONSENSE=1", "doctor")]
    [InlineData("--set UVICORN_WORKERS: expected a whole number from 1 to 64.", "--set", "UVICORN_WORKERS=0", "doctor")]
    [InlineData("--profile auto looks at this machine", "publish", "--target", "manifest", "--output", "out", "--profile", "auto")]
    [InlineData(
        "--set RAGPY_ACCESS_TOKEN: this secret would be written",
        "publish",
        "--target",
        "manifest",
        "--set",
        "RAGPY_ACCESS_TOKEN=x"
    )]
    [InlineData("No AppHost runs with the data folder", "restart", "api")]
    [InlineData("Say what: restart api", "restart")]
    [InlineData("Say what and how many: scale api 3.", "scale", "api", "many")]
    public async Task A_mistake_ends_it_with_a_sentence(string sentence, params string[] arguments)
    {
        await using var appHost = AppHostProcess.Start(_data, arguments);

        Assert.Equal(1, await appHost.WaitForExitAsync());
        Assert.StartsWith(sentence, Assert.Single(appHost.Output.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_says_what_they_come_to()
    {
        await using var appHost = AppHostProcess.Start(
            _data,
            "doctor",
            "--profile=8gb",
            "--replicas",
            "api=4",
            "--set",
            "UVICORN_WORKERS=2",
            "--set",
            "UVICORN_TIMEOUT_KEEP_ALIVE=30"
        );

        await appHost.WaitForExitAsync();

        Assert.Contains(
            "api: 4 processes, 1 core, heap of 1.5 GB each, 200 requests at once and 2048 waiting, 1000 event streams, idle connections kept for 30 s each",
            appHost.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("ingestion: 1 process, ", appHost.Output, StringComparison.Ordinal);
        Assert.Contains("heap of 3 GB each", appHost.Output, StringComparison.Ordinal);
    }
}
