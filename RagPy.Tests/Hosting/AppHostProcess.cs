using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using RagPy.Hosting.Running;
using RagPy.LocalServices;
using Xunit;

namespace RagPy.Tests.Hosting;

/// <summary>The AppHost as a person starts it, on a data folder of its own and with the installed programs of the checkout.</summary>
internal sealed partial class AppHostProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private AppHostProcess(Process process, string data)
    {
        _process = process;
        Data = data;
    }

    /// <summary>Its data folder.</summary>
    public string Data { get; }

    /// <summary>What it has said so far.</summary>
    public string Output => string.Join('\n', _lines);

    private RunFolder Folder => new(Data);

    /// <summary>Makes a data folder; its programs are those that all runs of this checkout share.</summary>
    public static string CreateData()
    {
        var data = Directory.CreateTempSubdirectory("ragpy-tests-").FullName;
        PostgresFixture.MakeSearchable(data);
        var shared = LocalServicesOptions.FromEnvironment(Environment.GetEnvironmentVariable).ToolsDirectory;
        Directory.CreateDirectory(shared);
        Directory.CreateSymbolicLink(Path.Combine(data, "tools"), shared);

        return data;
    }

    /// <summary>Starts it.</summary>
    public static AppHostProcess Start(string data, params string[] arguments) => Start(data, new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with variables of its own.</summary>
    public static AppHostProcess Start(string data, IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "RagPy.AppHost", configuration, "RagPy.AppHost.dll");
        var start = new ProcessStartInfo(Programs.DotNet)
        {
            WorkingDirectory = data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["RAGPY_DATA"] = data,
                ["RAGPY_PORT"] = "0",
                ["ASPNETCORE_URLS"] = "http://localhost:0",
                ["DOTNET_ENVIRONMENT"] = "Development",
            },
        };
        foreach (var argument in arguments.Prepend(Path.GetFullPath(program)).Prepend("exec"))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var appHost = new AppHostProcess(process, data);
        process.OutputDataReceived += (_, line) => appHost.Note(line.Data);
        process.ErrorDataReceived += (_, line) => appHost.Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        return appHost;
    }

    /// <summary>Waits until it is ready and gives what it runs.</summary>
    public async Task<RunState> WaitUntilReadyAsync()
    {
        await UntilAsync(() => _process.HasExited || Output.Contains("Ctrl-C stops everything", StringComparison.Ordinal), "it is ready");
        Assert.False(_process.HasExited, Output);

        return RunState.Read(Folder) ?? throw new InvalidOperationException($"It says nothing of what it runs. {Output}");
    }

    /// <summary>Waits until it has said a line about something.</summary>
    /// <param name="subject">How the line begins.</param>
    /// <param name="text">What it holds.</param>
    public Task WaitForAsync(string subject, string text) =>
        UntilAsync(
            () => _lines.Any(line => line.StartsWith(subject, StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)),
            $"it says '{subject}… {text}'"
        );

    /// <summary>Numbers of the processes it runs of a program.</summary>
    public IReadOnlyList<int> Processes(string program) =>
        [.. RunMark.FindProcesses(Data).Where(process => CommandLine(process).Contains(program, StringComparison.Ordinal))];

    /// <summary>Kills it at once.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Tells it to stop.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var begin = Stopwatch.GetTimestamp();
        _ = Signal(_process.Id, Terminate);
        await WaitForExitAsync();

        return Stopwatch.GetElapsedTime(begin);
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await UntilAsync(() => _process.HasExited, "it ends");
        // Also until its last lines are there.
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);

        return _process.ExitCode;
    }

    /// <summary>Waits until no process of it is left, the database included.</summary>
    public Task WaitUntilNothingIsLeftAsync() => UntilAsync(() => Left.Count == 0, "nothing is left");

    /// <summary>Command lines of what is left of it.</summary>
    public IReadOnlyList<string> Left =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(directory => int.TryParse(Path.GetFileName(directory), out var process) ? process : 0)
                .Where(process => process > 0 && process != Environment.ProcessId)
                .Select(CommandLine)
                .Where(line => line.Contains(Data, StringComparison.Ordinal)),
            .. RunMark.FindProcesses(Data).Select(CommandLine),
        ];

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync();
        }

        _process.Dispose();
    }

    /// <summary>Removes a data folder and not the programs it shares.</summary>
    public static void RemoveData(string data)
    {
        File.Delete(Path.Combine(data, "tools"));
        Directory.Delete(data, recursive: true);
    }

    private async Task UntilAsync(Func<bool> condition, string what)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begin) < s_patience, $"Waited in vain until {what}.\n{Output}\n{string.Join('\n', Left)}");
            await Task.Delay(s_poll, TestContext.Current.CancellationToken);
        }
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
