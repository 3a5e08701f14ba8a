using System.CommandLine;
using RagPy.Core.Exports;
using RagPy.Core.Extraction;
using RagPy.Core.Indexing;
using RagPy.Core.Pipeline;
using RagPy.Core.Projects;
using RagPy.Core.Sources;
using RagPy.Core.Sources.Chunks;

namespace RagPy.Ingestion.Commands;

/// <summary><c>run SOURCE</c>: brings a source into a project, or up to date, and watches it to its end.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source")
        {
            Description =
                "A Zotero export (ZIP, folder or JSON), a Zotero data directory, a folder of PDFs, a PDF, a CSV of texts, or a chunk file of the original.",
        };
        var project = CommonOptions.Project();
        var store = new Option<string?>("--store")
        {
            Description =
                "Vector store of the project, if it is new: embedded, qdrant, pinecone, weaviate or pgvector. Default: RAGPY_VECTOR_STORE.",
            HelpName = "KIND",
        };
        var embedder = Embedder();
        var vectorsOf = VectorsOf();
        var cleanUp = CleanUp();
        var ocr = Ocr();
        var ocrPages = OcrPages();
        var output = OutputFolder.Option("Afterwards write the original's four files to this folder.");
        var json = CommonOptions.Json();
        var command = new Command("run", "Bring a source in, or up to date: extract, chunk, embed, index.")
        {
            source,
            project,
            store,
            embedder,
            vectorsOf,
            cleanUp,
            ocr,
            ocrPages,
            output,
            json,
        };
        source.Validators.Add(result =>
        {
            if (string.IsNullOrWhiteSpace(result.GetValueOrDefault<string>()))
                result.AddError("The source is empty: name a file or folder.");
        });
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(
                    parsed.GetValue(source)!,
                    parsed.GetValue(project)!,
                    new Engines(
                        parsed.GetValue(store),
                        parsed.GetValue(embedder),
                        parsed.GetValue(cleanUp),
                        parsed.GetValue(ocr),
                        parsed.GetValue(ocrPages)
                    ),
                    parsed.GetValue(vectorsOf),
                    parsed.GetValue(output),
                    parsed.GetValue(json),
                    cancellationToken
                )
        );

        return command;
    }

    private static Option<string?> CleanUp() =>
        new("--cleanup")
        {
            Description =
                "Chat model that cleans the project's passages up, e.g. openai/gpt-4o-mini, or none. Another than before cleans every document anew.",
            HelpName = "MODEL",
        };

    private static Option<string?> Ocr() =>
        new("--ocr")
        {
            Description =
                "What reads the project's pages that have no usable text: auto, mistral, vision, tesseract (nothing leaves this machine), none, or default for RAGPY_OCR. It holds from now on.",
            HelpName = "ENGINE",
        };

    private static Option<string?> OcrPages() =>
        new("--ocr-pages")
        {
            Description = "Which pages are read so: need (those without usable text), all, or default for RAGPY_OCR_PAGES.",
            HelpName = "PAGES",
        };

    internal static Option<string?> Embedder() =>
        new("--embedder")
        {
            Description = "The project's embedder, e.g. openai/text-embedding-3-large. Another than before embeds every document anew.",
            HelpName = "ID",
        };

    internal static Option<string?> VectorsOf() =>
        new("--vectors-of")
        {
            Description =
                "Which model made the vectors of a chunk file. Default for vectors of 3,072 components: the original's, openai/text-embedding-3-large.",
            HelpName = "ID",
        };

    private static async Task<int> RunAsync(
        string source,
        string projectName,
        Engines engines,
        string? vectorsOf,
        string? output,
        bool json,
        CancellationToken cancellationToken
    )
    {
        if (output is not null)
            OutputFolder.Require(output);

        var request = new TaskRequest(VectorsOf: Model(vectorsOf));

        // What is no source at all, or a PDF reader that is missing, is said before anything is written down; the worker opens both again.
        await SourceFactory.Open(source).DisposeAsync();

        await using var host = await CommandHost.OpenAsync(cancellationToken);
        _ = host.Get<IPageTextExtractor>().Version;
        var project = await ChooseAsync(host, projectName, engines, cancellationToken);
        var task = await host.Get<TaskService>().StartAsync(project.Id, host.Owner.Id, source, request, cancellationToken);
        var end = await WatchAsync(host, task, cancellationToken);
        var failures = await host.Get<TaskService>().ListFailuresAsync(host.Owner.Id, end.SessionId, cancellationToken);
        if (end.State == TaskState.Failed)
            throw new CommandException(end.Error ?? "The source could not be read.");
        if (end.State == TaskState.Cancelled)
            throw new CommandException(end.Error ?? "The task was cancelled. Run the same command again to go on where it was.");

        var written = await ExportAsync(host, end.SessionId, output, cancellationToken);
        var summary = await RunSummary.CreateAsync(host, project, end, failures, written, cancellationToken);
        if (json)
            JsonOutput.WriteLine(summary);
        else
            summary.WriteText(Console.Out);

        return failures.Count == 0 ? ExitCode.Success : ExitCode.SomeFailed;
    }

    /// <summary>Checks every choice before the first is made; the project is made when there is none.</summary>
    private static async Task<Project> ChooseAsync(CommandHost host, string name, Engines engines, CancellationToken cancellationToken)
    {
        var (person, embedders, cleanUps, recognition) = (
            host.Owner.Id,
            host.Get<EmbedderChoice>(),
            host.Get<CleanUpChoice>(),
            host.Get<RecognitionChoice>()
        );
        if (engines.Embedder is not null)
            embedders.Require(engines.Embedder);
        if (engines.CleanUp is not null)
            cleanUps.Require(engines.CleanUp);
        recognition.Require(engines.Ocr, engines.OcrPages);

        var project = await GetOrCreateAsync(host, name, engines.Store, cancellationToken);
        // First, for the others may begin to read documents.
        if (engines.Ocr is not null || engines.OcrPages is not null)
            await recognition.ChooseAsync(person, project.Id, engines.Ocr, engines.OcrPages, cancellationToken);
        if (engines.Embedder is not null)
            await embedders.ChooseAsync(person, project.Id, engines.Embedder, cancellationToken);
        if (engines.CleanUp is not null)
            await cleanUps.ChooseAsync(person, project.Id, engines.CleanUp, cancellationToken);

        return await host.Get<ProjectService>().GetAsync(person, project.Id, cancellationToken);
    }

    /// <summary>Which model made the vectors, as an embedder's id; null for null.</summary>
    internal static string? Model(string? name)
    {
        try
        {
            return name is null ? null : GivenModel.Parse(name);
        }
        catch (FormatException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static async Task<Project> GetOrCreateAsync(CommandHost host, string name, string? store, CancellationToken cancellationToken)
    {
        try
        {
            return await host.Get<ProjectService>().GetOrCreateAsync(host.Owner.Id, name, store, cancellationToken);
        }
        catch (StoreNotUsableException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static async Task<IReadOnlyList<string>> ExportAsync(
        CommandHost host,
        long sessionId,
        string? output,
        CancellationToken cancellationToken
    )
    {
        if (output is null)
            return [];
        await host.Get<OriginalExport>().WriteAllAsync(output, sessionId, cancellationToken);

        return [.. ExportFiles.All.Select(file => Path.Combine(output, file.FileName()))];
    }

    private static async Task<TaskProgress> WatchAsync(CommandHost host, PipelineTask task, CancellationToken cancellationToken)
    {
        var handsOver = await host.Get<WorkerPresence>().AnyAsync(cancellationToken);
        var worker = host.Get<PipelineWorker>();
        if (handsOver)
            await Console.Error.WriteLineAsync("A worker is running; the work is handed to it.");
        else
            await worker.StartAsync(cancellationToken);

        TaskProgress? last = null;
        try
        {
            using var view = ProgressView.Create();
            await foreach (var progress in host.Get<TaskService>().WatchAsync(host.Owner.Id, task.Id, cancellationToken))
            {
                view.Show(progress);
                last = progress;
            }
        }
        finally
        {
            // Also after Ctrl-C: running work is finished or handed back, so that the next run goes on at once.
            if (!handsOver)
                await worker.StopAsync(CancellationToken.None);
        }

        return last ?? throw new CommandException("The task is gone: someone deleted its project or session.");
    }

    /// <summary>Engines that the options name; null for those that stay.</summary>
    private sealed record Engines(string? Store, string? Embedder, string? CleanUp, string? Ocr, string? OcrPages);
}
