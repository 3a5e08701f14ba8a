using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RagPy.Core.Pipeline;
using RagPy.Core.Providers;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Runs a program of this machine on a stranger's file: without our environment, which may hold keys, and within limits of time, memory and output.</summary>
internal static class ToolProcess
{
    private const int ErrorChars = 400;
    private const string Limiter = "/usr/bin/prlimit";
    private const long AddressSpace = 4L << 30;

    /// <summary>The status that a page gets which a local program could not read: what a provider would say of a request it cannot process.</summary>
    private const int Unprocessable = 422;

    private static readonly TimeSpan s_pipePatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="maxBytes">Longest output taken.</param>
    /// <param name="limit">Longest time on the wall clock.</param>
    /// <returns>What it wrote to standard output.</returns>
    /// <exception cref="ProviderRefusedException">It failed, or broke a limit.</exception>
    public static async Task<ReadOnlyMemory<byte>> RunAsync(
        string program,
        IEnumerable<string> arguments,
        ReadOnlyMemory<byte> input,
        long maxBytes,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        using var process = new Process { StartInfo = Info(program, arguments) };
        var name = Path.GetFileName(program);
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw Failed($"The program {name} does not run: {exception.Message}.", FailureCode.Internal);
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(limit);
        // Reads on a pipe cannot be cancelled: the process is ended, which ends them.
        await using var kill = over.Token.UnsafeRegister(static state => Kill((Process)state!), process);
        var output = ReadAsync(process.StandardOutput.BaseStream, maxBytes, process);
        var error = ReadAsync(process.StandardError.BaseStream, 1 << 20, process);
        await WriteAsync(process.StandardInput.BaseStream, input);
        try
        {
            await process.WaitForExitAsync(CancellationToken.None);
            var bytes = await output.WaitAsync(s_pipePatience, CancellationToken.None);
            var says = Encoding.UTF8.GetString((await error.WaitAsync(s_pipePatience, CancellationToken.None)).Span);
            cancellationToken.ThrowIfCancellationRequested();
            return over.IsCancellationRequested
                    ? throw Failed(
                        string.Create(CultureInfo.InvariantCulture, $"{name} did not finish a page within {limit.TotalSeconds:0} s."),
                        FailureCode.Timeout
                    )
                : bytes.Length > maxBytes ? throw Failed($"{name} gave more than {maxBytes >> 20} MB for a page.", FailureCode.TooLarge)
                : process.ExitCode != 0 ? throw Failed($"{name} gave up on a page: {Shorten(says)}.", FailureCode.Crash)
                : bytes;
        }
        catch (TimeoutException)
        {
            throw Failed($"{name} ended and kept its output open.", FailureCode.Crash);
        }
    }

    private static ProcessStartInfo Info(string program, IEnumerable<string> arguments)
    {
        IEnumerable<string> command = [program, .. arguments];
        if (File.Exists(Limiter))
        {
            command = [Limiter, string.Create(CultureInfo.InvariantCulture, $"--as={AddressSpace}"), "--", .. command];
        }

        var info = new ProcessStartInfo(command.First(), command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        var data = Environment.GetEnvironmentVariable("TESSDATA_PREFIX");
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        info.Environment["LC_ALL"] = "C.UTF-8";
        // Pages are read beside each other: threads of one page would only get in the others' way.
        info.Environment["OMP_THREAD_LIMIT"] = "1";
        if (data is not null)
        {
            info.Environment["TESSDATA_PREFIX"] = data;
        }

        return info;
    }

    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> input)
    {
        try
        {
            await using (stream)
            {
                await stream.WriteAsync(input);
            }
        }
        catch (IOException)
        {
            // It ended without reading everything; its exit code says more.
        }
    }

    /// <summary>Reads to the end, or until there is more than may be: then the process is ended, and one byte more than that is given.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, long maxBytes, Process process)
    {
        await Task.Yield();
        var buffer = new MemoryStream();
        var chunk = new byte[64 << 10];
        int read;
        while ((read = await stream.ReadAsync(chunk)) > 0)
        {
            if (buffer.Length > maxBytes)
            {
                Kill(process);
                continue;
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static string Shorten(string says)
    {
        var line = string.Join(' ', says.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length == 0 ? "it does not say why"
            : line.Length <= ErrorChars ? line
            : line[..ErrorChars] + "…";
    }

    private static ProviderRefusedException Failed(string reason, FailureCode code) => new(new Failure(code, reason), Unprocessable);
}
