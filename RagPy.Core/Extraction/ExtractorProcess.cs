using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction;

/// <summary>
/// Extracts PDFs with <c>RagPy.Extractor</c>, one process for each file: some files end a parser by stack overflow, which no handler catches, others never end.
/// Safe for concurrent use; as many processes run as callers.
/// </summary>
public sealed class ExtractorProcess : IPageTextExtractor, IDisposable
{
    /// <summary>Runs of a file whose process is killed from outside; pages already given are not given again.</summary>
    private const int MaxRuns = 3;

    private static readonly TimeSpan s_versionPatience = TimeSpan.FromSeconds(30);
    private static readonly string[] s_setprivPaths = ["/usr/bin/setpriv", "/bin/setpriv"];

    private readonly ExtractorOptions _options;
    private readonly TimeProvider _time;
    private readonly ChildStarter _starter = new();
    private readonly Lazy<string> _program;
    private readonly Lazy<string> _version;
    private readonly string? _setpriv = s_setprivPaths.FirstOrDefault(File.Exists);

    /// <summary>An extractor; the program is looked for when it is first needed.</summary>
    public ExtractorProcess(ExtractorOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time ?? TimeProvider.System;
        _program = new Lazy<string>(() => ExtractorLocator.Find(options.Program));
        _version = new Lazy<string>(AskVersion);
    }

    public string Engine => "pdfpig";

    /// <summary>As <see cref="IPageTextExtractor.Version"/>: <c>pdfpig-&lt;library&gt;/&lt;layout&gt;</c>. Asked of the program once.</summary>
    /// <exception cref="ExtractorUnavailableException">The program is missing or does not run.</exception>
    public string Version => _version.Value;

    /// <summary>One line for <c>doctor</c>: where the program is, its version and how it was compiled.</summary>
    /// <exception cref="ExtractorUnavailableException">The program is missing or does not run.</exception>
    public string Describe()
    {
        var mode = Path.Combine(Path.GetDirectoryName(_program.Value)!, ExtractorLocator.ModeFile);

        return $"{Version}, {(File.Exists(mode) ? File.ReadAllText(mode).Trim() : "compiled elsewhere")}, {_program.Value}";
    }

    /// <exception cref="DocumentFailedException">The file cannot be read, or reading it broke a limit.</exception>
    /// <exception cref="ExtractorUnavailableException">The program is missing or does not run.</exception>
    public async IAsyncEnumerable<ExtractedPart> ExtractAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var assembler = new ExtractionAssembler(Engine, _options);

        for (var run = 1; ; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            assembler.Restart();
            await using var child = await StartAsync(path);

            while (await child.ReadLineAsync(cancellationToken) is { } line)
            {
                if (assembler.Read(line) is not { } part)
                {
                    continue;
                }

                if (part is not DocumentStructure)
                {
                    yield return part;
                }
                else
                {
                    await child.FinishAsync(cancellationToken);
                    yield return part;
                    yield break;
                }
            }

            var end = await child.EndAsync(cancellationToken);

            if (!end.WasKilled || run == MaxRuns)
            {
                throw new DocumentFailedException(end.Code, end.Reason);
            }
        }
    }

    /// <summary>Ends every extraction that still runs.</summary>
    public void Dispose() => _starter.Dispose();

    private async Task<ExtractorChild> StartAsync(string path)
    {
        List<string> arguments =
        [
            Path.GetFullPath(path),
            "--max-pages",
            _options.MaxPages.ToString(CultureInfo.InvariantCulture),
            "--max-page-chars",
            _options.MaxPageChars.ToString(CultureInfo.InvariantCulture),
        ];

        try
        {
            return await ExtractorChild.StartAsync(_starter, Info(arguments), _options, _time);
        }
        catch (Win32Exception e)
        {
            throw Unavailable(e);
        }
    }

    /// <summary>
    /// The program with an environment of its own: ours may hold keys, and the file may be hostile. Where <c>setpriv</c> is, it makes the kernel end the program
    /// with us even when we are killed; elsewhere the program ends at the next page, whose pipe has no reader.
    /// </summary>
    private ProcessStartInfo Info(IReadOnlyList<string> arguments)
    {
        IEnumerable<string> command = [_program.Value, .. arguments];

        if (_setpriv is not null)
        {
            command = [_setpriv, "--pdeathsig", "KILL", "--no-new-privs", "--", .. command];
        }

        var info = new ProcessStartInfo(command.First(), command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        info.Environment["DOTNET_GCHeapHardLimit"] = _options.HeapBytes.ToString("x", CultureInfo.InvariantCulture);
        info.Environment["DOTNET_EnableDiagnostics"] = "0";
        info.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

        return info;
    }

    private string AskVersion()
    {
        try
        {
            // Without setpriv: this thread may be any, and the program ends by itself.
            var info = Info(["--version"]);
            using var process = new Process { StartInfo = WithoutWrapper(info) };
            process.Start();
            var version = process.StandardOutput.ReadLine()?.Trim();

            if (!process.WaitForExit(s_versionPatience))
            {
                process.Kill(entireProcessTree: true);
            }

            // Another program under this name would fail every file, and each of them would be read anew with the right one.
            return version is { Length: < 100 } && version.StartsWith($"{Engine}-", StringComparison.Ordinal)
                ? version
                : throw Unavailable(null);
        }
        catch (Win32Exception e)
        {
            throw Unavailable(e);
        }
    }

    private ProcessStartInfo WithoutWrapper(ProcessStartInfo info)
    {
        info.FileName = _program.Value;
        info.ArgumentList.Clear();
        info.ArgumentList.Add("--version");

        return info;
    }

    private ExtractorUnavailableException Unavailable(Exception? inner) =>
        new(
            $"The program {_program.Value} does not run, or is another program; build the solution again, or name another one in RAGPY_EXTRACTOR.",
            inner
        );
}
