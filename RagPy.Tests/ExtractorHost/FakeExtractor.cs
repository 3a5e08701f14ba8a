using RagPy.Core.Extraction;

namespace RagPy.Tests.ExtractorHost;

/// <summary>A shell script in the place of the extractor.</summary>
internal sealed class FakeExtractor : IDisposable
{
    public const string PageOne =
        """printf '%s\n' '{"page":1,"label":"iv","width":612.0,"height":792.0,"text":"One page","geometry":"","needsOcr":false}'""";
    public const string Document =
        """printf '%s\n' '{"document":{"pages":1,"labels":["iv"],"regions":[[1,0,3,2,1]],"outline":[[1,"One",1]],"needsOcrPages":[],"title":"T","language":null}}'""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ragpy-fake-");

    public FakeExtractor(string body)
    {
        Program = Path.Combine(_folder.FullName, "extractor.sh");
        File.WriteAllText(Program, "#!/bin/sh\n" + body.ReplaceLineEndings("\n") + "\n");
        File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Options = new ExtractorOptions { Program = Program };
    }

    public string Program { get; }

    public ExtractorOptions Options { get; init; }

    /// <summary>A file for scripts that remember something between runs.</summary>
    public string Notes => Path.Combine(_folder.FullName, "notes");

    /// <summary>Whether any process still has the script on its command line.</summary>
    public bool Runs() =>
        Directory.EnumerateDirectories("/proc").Any(d => char.IsDigit(Path.GetFileName(d)[0]) && CommandLine(d).Contains(Program));

    /// <summary>Completes when no process of the script is left.</summary>
    public async Task GoneAsync(CancellationToken cancellationToken)
    {
        while (Runs())
        {
            await Task.Delay(10, cancellationToken);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string CommandLine(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "cmdline"));
        }
        catch (IOException)
        {
            // Ended between listing and reading.
            return "";
        }
    }
}
