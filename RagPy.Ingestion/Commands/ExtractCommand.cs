using System.CommandLine;
using System.Text.Json.Serialization;
using RagPy.Core.Extraction;
using RagPy.Core.Pipeline;
using RagPy.Core.Settings;

namespace RagPy.Ingestion.Commands;

/// <summary><c>extract FILE…</c>: the text of PDFs page by page, without a database.</summary>
internal static class ExtractCommand
{
    private static readonly EnumerationOptions s_anyPdf = new() { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive };

    public static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "PDF files, or folders that hold them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = CommonOptions.Json();
        var command = new Command("extract", "Print the text of PDF files page by page.") { files, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(files)!, parsed.GetValue(json), cancellationToken));

        return command;
    }

    private static async Task<int> RunAsync(string[] arguments, bool json, CancellationToken cancellationToken)
    {
        var settings = RagPySettings.Load();
        using var extractor = new ExtractorProcess(ExtractorOptions.From(settings));
        using var slots = new SemaphoreSlim(settings.PdfExtractionWorkers);
        var failed = 0;

        // Files are read side by side but printed in the order given; at most one file per slot waits in memory or in its spool.
        var running = new Queue<Task<ExtractedFile>>();
        foreach (var file in ExpandFolders(arguments))
        {
            running.Enqueue(ExtractedFile.ReadAsync(extractor, file, slots, cancellationToken));
            if (running.Count > settings.PdfExtractionWorkers)
                await PrintNextAsync();
        }

        while (running.Count > 0)
            await PrintNextAsync();

        return failed == 0 ? ExitCode.Success : ExitCode.SomeFailed;

        async Task PrintNextAsync()
        {
            using var next = await running.Dequeue();
            failed += next.Failure is null ? 0 : 1;
            await PrintAsync(next, json, cancellationToken);
        }
    }

    private static IEnumerable<string> ExpandFolders(string[] arguments) => arguments.SelectMany(ExpandFolder);

    /// <summary>The PDFs of a folder; a folder without one stands for itself, so that it is told.</summary>
    private static IEnumerable<string> ExpandFolder(string argument) =>
        Directory.Exists(argument)
            ? Directory.EnumerateFiles(argument, "*.pdf", s_anyPdf).Order(StringComparer.Ordinal).DefaultIfEmpty(argument)
            : [argument];

    private static async Task PrintAsync(ExtractedFile file, bool json, CancellationToken cancellationToken)
    {
        if (file.Failure is { } failure)
        {
            if (json)
                JsonOutput.WriteLine(new FailureLine(file.Path, failure.Code.ToWire(), failure.Reason));
            else
                Console.Out.WriteLine($"{file.Path}: {failure.Code.ToWire()}: {failure.Reason}");

            return;
        }

        await foreach (var page in file.PagesAsync(cancellationToken))
        {
            if (json)
                JsonOutput.WriteLine(new PageLine(file.Path, page.Index, page.Label, page.Engine, page.Text));
            else
                Console.Out.WriteLine(
                    $"=== {file.Path}, page {page.Index}{(page.Label is null ? "" : $" (printed {page.Label})")}\n{page.Text}\n"
                );
        }
    }

    private sealed record PageLine(
        string File,
        int Page,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Label,
        string Engine,
        string Text
    );

    private sealed record FailureLine(string File, string Code, string Reason);
}
