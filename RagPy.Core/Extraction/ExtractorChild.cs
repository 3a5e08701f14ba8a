using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction;

/// <summary>One run of the extractor on one file, under its limits. Disposing it kills what still runs.</summary>
internal sealed class ExtractorChild : IAsyncDisposable
{
    private const int ErrorTailBytes = 8 << 10;
    private static readonly TimeSpan s_memoryPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_finishPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_exitPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly ExtractorOptions _options;
    private readonly TimeProvider _time;
    private readonly PipeReader _output;
    private readonly Task<string> _error;
    private readonly Task _memoryWatch;
    private readonly CancellationTokenSource _over = new();
    private Task _read = Task.CompletedTask;
    private SequencePosition? _lineEnd;
    private volatile bool _tookTooMuch;

    private ExtractorChild(Process process, ExtractorOptions options, TimeProvider time)
    {
        _process = process;
        _options = options;
        _time = time;
        _output = PipeReader.Create(process.StandardOutput.BaseStream, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        _error = ReadErrorAsync(process.StandardError.BaseStream);
        _memoryWatch = WatchMemoryAsync();
    }

    /// <summary>Starts the program.</summary>
    public static async Task<ExtractorChild> StartAsync(
        ChildStarter starter,
        ProcessStartInfo info,
        ExtractorOptions options,
        TimeProvider time
    )
    {
        var process = new Process { StartInfo = info };

        try
        {
            await starter.StartAsync(process);

            return new ExtractorChild(process, options, time);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>The next line without its line feed; valid until the next call. Null at the end of the output.</summary>
    /// <exception cref="DocumentFailedException"><c>timeout</c> when no line came in time, <c>crash</c> when one has no end.</exception>
    public async Task<ReadOnlySequence<byte>?> ReadLineAsync(CancellationToken cancellationToken)
    {
        if (_lineEnd is { } end)
        {
            _output.AdvanceTo(end);
            _lineEnd = null;
        }

        var started = _time.GetTimestamp();

        while (true)
        {
            var result = await ReadAsync(started, cancellationToken);
            var buffer = result.Buffer;
            var newline = buffer.PositionOf((byte)'\n');

            if ((newline is { } at ? buffer.Slice(0, at).Length : buffer.Length) > _options.MaxLineBytes)
            {
                throw new DocumentFailedException(
                    FailureCode.Crash,
                    "The PDF reader gave output without end; repair the file with a PDF tool."
                );
            }

            if (newline is { } found)
            {
                _lineEnd = buffer.GetPosition(1, found);

                return buffer.Slice(0, found);
            }

            _output.AdvanceTo(buffer.Start, buffer.End);

            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Lets the program end by itself after its last line; what does not is killed at disposal.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(s_finishPatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Everything it had to say is here.
        }
    }

    /// <summary>Why the output ended before the document was whole.</summary>
    public async Task<ExtractorEnd> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(s_exitPatience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new ExtractorEnd(
                FailureCode.Crash,
                "The PDF reader stopped in the middle of this file; repair the file with a PDF tool."
            );
        }

        if (_tookTooMuch)
        {
            return ExtractorEnd.Memory(_options.ResidentBytes);
        }

        return ExtractorEnd.Of(_process.ExitCode, await ErrorTailAsync(), _options.HeapBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Kill();
        await _memoryWatch;

        try
        {
            // Ends with the process, unless a process of its own making still holds the pipe.
            await _read.WaitAsync(s_exitPatience, _time);
            await _output.CompleteAsync();
        }
        catch (TimeoutException)
        {
            // The read is given up with the pipe, which the process object closes.
        }

        _process.Dispose();
        _over.Dispose();
    }

    private async Task<ReadResult> ReadAsync(long started, CancellationToken cancellationToken)
    {
        if (_output.TryRead(out var ready))
        {
            if (ready.IsCompleted || ready.Buffer.PositionOf((byte)'\n') is not null)
            {
                return ready;
            }

            _output.AdvanceTo(ready.Buffer.Start, ready.Buffer.End);
        }

        var read = _output.ReadAsync(CancellationToken.None).AsTask();
        _read = read.ContinueWith(
            static _ => { },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        var left = _options.PageTimeout - _time.GetElapsedTime(started);

        try
        {
            return await read.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new DocumentFailedException(
                FailureCode.Timeout,
                $"No page was finished within {_options.PageTimeout.TotalSeconds:0} s; the file is damaged or a page of it is too intricate to read."
            );
        }
    }

    private async Task<string> ErrorTailAsync()
    {
        try
        {
            return await _error.WaitAsync(s_exitPatience, _time);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }

    private async Task WatchMemoryAsync()
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/statm");
        using var timer = new PeriodicTimer(s_memoryPoll, _time);

        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                if (ResidentBytes(file) > _options.ResidentBytes)
                {
                    _tookTooMuch = true;
                    Kill();

                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>Second field of <c>statm</c>, in pages (proc(5)); 0 when the process has ended.</summary>
    private static long ResidentBytes(string file)
    {
        try
        {
            var fields = File.ReadAllText(file).Split(' ');

            return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void Kill()
    {
        // A real extractor has no children; asking first spares the walk through all processes after every good run.
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Reads standard error to its end, so that the program never waits on it, and keeps the last bytes: they tell an exhausted heap from a crash.</summary>
    private static async Task<string> ReadErrorAsync(Stream stream)
    {
        var tail = new byte[ErrorTailBytes];
        var chunk = new byte[ErrorTailBytes];
        var filled = 0;
        int read;

        while ((read = await stream.ReadAsync(chunk)) > 0)
        {
            var keep = Math.Min(filled, tail.Length - read);
            tail.AsSpan(filled - keep, keep).CopyTo(tail);
            chunk.AsSpan(0, read).CopyTo(tail.AsSpan(keep));
            filled = keep + read;
        }

        return Encoding.UTF8.GetString(tail, 0, filled);
    }
}
