using System.Diagnostics;
using Xunit;

namespace RagPy.Tests.Hosting.Publishing;

/// <summary>What is committed is what the AppHost publishes: nobody edits it by hand, nobody forgets to publish.</summary>
public sealed class CommittedFilesTests : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);
    private readonly string _folder = PublishedTopology.CreateFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("manifest")]
    [InlineData("compose")]
    [InlineData("kubernetes")]
    public async Task Publishing_gives_the_committed_files_byte_for_byte_within_five_seconds(string target)
    {
        if (Environment.GetEnvironmentVariable("RAGPY_UPDATE_DOCS") == "1")
        {
            Assert.Equal(0, (await PublishedTopology.RunAsync("publish", "--target", target)).ExitCode);
        }

        var begin = Stopwatch.GetTimestamp();
        var (exitCode, output) = await PublishedTopology.RunAsync("publish", "--target", target, "--output", _folder);
        var took = Stopwatch.GetElapsedTime(begin);

        Assert.True(exitCode == 0, output);
        var published = PublishedTopology.Read(_folder);
        var place = Path.Combine(Repository.Root, PublishedTopology.Places[target]);
        Assert.All(published, file => Assert.Equal(File.ReadAllText(Path.Combine(place, file.Key)), file.Value));
        if (target != "manifest")
        {
            Assert.Equal(Tracked(place), published.Keys.Order(StringComparer.Ordinal));
        }

        Assert.True(took < s_longest, $"It took {took}.");
    }

    [Theory]
    [InlineData("--publisher manifest --output-path {0}/manifest.json", "manifest.json")]
    [InlineData("--publisher manifest --output-path {0}", "aspire-manifest.json")]
    [InlineData("--operation publish --step publish-manifest --output-path {0}", "aspire-manifest.json")]
    [InlineData("--operation publish --step publish --output-path {0}", "compose/compose.yaml", "kubernetes/base/api.yaml")]
    [InlineData("--publisher kubernetes --output-path {0}", "base/kustomization.yaml", "overlays/large/kustomization.yaml")]
    public async Task The_forms_of_azd_aspirate_and_the_Aspire_CLI_are_understood(string arguments, params string[] files)
    {
        var (exitCode, output) = await PublishedTopology.RunAsync([
            .. arguments.Split(' ').Select(one => one.Replace("{0}", _folder, StringComparison.Ordinal)),
        ]);

        Assert.True(exitCode == 0, output);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(_folder, file)), $"{file} is missing:\n{output}"));
    }

    [Theory]
    [InlineData("publish", "Say what to publish")]
    [InlineData("publish --target helm", "There is nothing to publish called 'helm'")]
    [InlineData("--publisher manifest", "Say where to publish to")]
    [InlineData("--operation publish --step deploy --output-path x", "There is no step 'deploy'")]
    public async Task What_cannot_be_published_is_said_in_a_sentence(string arguments, string sentence)
    {
        var (exitCode, output) = await PublishedTopology.RunAsync(arguments.Split(' '));

        Assert.Equal(1, exitCode);
        Assert.StartsWith(sentence, output, StringComparison.Ordinal);
    }

    /// <summary>All but what an operator makes there.</summary>
    private static IEnumerable<string> Tracked(string place) =>
        Directory
            .EnumerateFiles(place, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(place, path).Replace('\\', '/'))
            .Where(path => path != ".env" && !path.StartsWith("secrets/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
