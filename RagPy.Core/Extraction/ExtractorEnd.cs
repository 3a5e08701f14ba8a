using RagPy.Core.Pipeline;

namespace RagPy.Core.Extraction;

/// <summary>How a run of the extractor ended that did not give the whole document.</summary>
/// <param name="Code">What the document's row will say.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="WasKilled">Somebody else ended the process: the file may be good and is tried again.</param>
internal sealed record ExtractorEnd(FailureCode Code, string Reason, bool WasKilled = false)
{
    // .NET reports a death by signal n as exit code 128 + n.
    private const int SignalBase = 128;
    private const int Kill = 9;
    private const int Terminate = 15;
    private static readonly string[] s_outOfMemory = ["OutOfMemory", "Out of memory", "out of memory", "GC heap initialization failed"];

    /// <summary>The process took more than it may.</summary>
    public static ExtractorEnd Memory(long limit) =>
        new(
            FailureCode.Memory,
            $"Reading the file takes more than {limit >> 20} MB of memory; raise RAGPY_EXTRACTION_MEMORY or split the file."
        );

    /// <summary>Reads exit code and last error lines.</summary>
    public static ExtractorEnd Of(int exitCode, string error, long heapLimit)
    {
        var signal = exitCode - SignalBase;

        if (signal is Kill or Terminate)
        {
            return new ExtractorEnd(
                FailureCode.Memory,
                "The PDF reader was ended by the system three times on this file, most likely for want of memory; free some and try again.",
                WasKilled: true
            );
        }

        if (exitCode is 126 or 127)
        {
            return new ExtractorEnd(FailureCode.Internal, "The program RagPy.Extractor does not run; build the solution again.");
        }

        if (s_outOfMemory.Any(words => error.Contains(words, StringComparison.Ordinal)))
        {
            return Memory(heapLimit);
        }

        return new ExtractorEnd(
            FailureCode.Crash,
            signal > 0
                ? $"The PDF reader crashed on this file (signal {signal}); repair the file with a PDF tool."
                : $"The PDF reader gave up on this file (exit code {exitCode}); repair the file with a PDF tool."
        );
    }
}
