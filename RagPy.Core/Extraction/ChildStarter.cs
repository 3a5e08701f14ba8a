using System.Collections.Concurrent;
using System.Diagnostics;

namespace RagPy.Core.Extraction;

/// <summary>
/// Starts child processes from one thread that lives as long as this object. The kernel's parent-death signal follows the thread that forked: a child started
/// from the thread pool would be killed when that thread retires.
/// </summary>
internal sealed class ChildStarter : IDisposable
{
    private readonly BlockingCollection<(Process Process, TaskCompletionSource Started)> _requests = [];

    public ChildStarter() => new Thread(Serve) { IsBackground = true, Name = "Parent of the extractors" }.Start();

    /// <summary>Starts a process; completes when it runs.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be run.</exception>
    public Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add((process, started));

        return started.Task;
    }

    /// <summary>Lets the thread end, and with it every child that still runs.</summary>
    public void Dispose() => _requests.CompleteAdding();

    private void Serve()
    {
        foreach (var (process, started) in _requests.GetConsumingEnumerable())
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (Exception e)
            {
                // Belongs to whoever asked.
                started.SetException(e);
            }
        }
    }
}
