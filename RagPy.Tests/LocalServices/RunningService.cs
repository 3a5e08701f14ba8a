using System.Diagnostics;
using RagPy.LocalServices;
using Xunit;

namespace RagPy.Tests.LocalServices;

/// <summary>A service of this machine as an orchestrator runs it; killed at the end if it has not ended.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private readonly Process _process;
    private readonly Lines _lines = new();
    private readonly Task _reading;

    private RunningService(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What it said on standard output and error.</summary>
    public IReadOnlyList<string> Said => _lines.Said;

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public static RunningService Start(LocalServiceProcess service, bool withSecrets = true)
    {
        var info = new ProcessStartInfo(service.FileName, service.Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var (name, value) in withSecrets ? service.Environment : new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        return new RunningService(Process.Start(info)!);
    }

    /// <summary>Waits until it has said something.</summary>
    public Task SaysAsync(string words) =>
        Eventually.TrueAsync(() =>
        {
            var said = Said.Any(line => line.Contains(words, StringComparison.Ordinal));
            Assert.True(said || !HasEnded, $"It ended and said: {string.Join('\n', Said)}");

            return said;
        });

    public void Kill() => _process.Kill();

    /// <summary>Sends SIGTERM and waits.</summary>
    /// <returns>Exit code, and how long it took.</returns>
    public async Task<(int ExitCode, TimeSpan Took)> StopAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        Assert.Equal(0, NativeMethods.Kill(_process.Id, SignalTerminate));
        var code = await EndAsync();

        return (code, Stopwatch.GetElapsedTime(begun));
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        await _reading;

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _lines.Report(line);
        }
    }
}
