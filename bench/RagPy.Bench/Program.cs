using RagPy.Bench;

// Figures for bench/results, printed as Markdown. RAGPY_BENCH_POSTGRES may name a server, on which a database is made and dropped.
var verb = args.Length > 0 ? args[0] : "";
var rest = args.Skip(1).ToArray();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
switch (verb)
{
    case "encode":
        EncodeBench.Run(rest);
        return 0;
    case "search":
        await SearchBench.RunAsync(rest, stop.Token);
        return 0;
    case "pumps":
        await PumpBench.RunAsync(rest, stop.Token);
        return 0;
    case "providers":
        await ProviderBench.RunAsync(rest, stop.Token);
        return 0;
    case "simulate-openai":
        await ProviderSimulator.ServeAsync(rest);
        return 0;
    case "quality":
        await QualityBench.RunAsync(rest, stop.Token);
        return 0;
    case "http-upload":
        await HttpUploadBench.RunAsync(rest, stop.Token);
        return 0;
    case "http-search":
        await HttpSearchBench.RunAsync(rest, stop.Token);
        return 0;
    case "http-load":
        await HttpLoadBench.RunAsync(rest, stop.Token);
        return 0;
    case "http-events":
        await HttpEventsBench.RunAsync(rest, stop.Token);
        return 0;
    case "ocr":
        await OcrBench.RunAsync(rest, stop.Token);
        return 0;
    case "ocr-quality":
        await OcrQualityBench.RunAsync(rest, stop.Token);
        return 0;
    case "csv":
        await CsvBench.RunAsync(rest, stop.Token);
        return 0;
    case "chunk-files":
        await ChunkFileBench.RunAsync(rest, stop.Token);
        return 0;
    case "page-tokens":
        await PageTokenBench.RunAsync(rest, stop.Token);
        return 0;
    case "blobs":
        await BlobBench.RunAsync(rest, stop.Token);
        return 0;
    case "stores":
        await StoreBench.RunAsync(rest, stop.Token);
        return 0;
    case "store-server":
        await StoreBench.ServeAsync(rest[0]);
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: RagPy.Bench encode FILE.jsonl | search POINTS DIMENSION | pumps ITEMS IDLE_SECONDS [traced] | providers SECONDS | quality BEIR_DIR… | http-upload DIR [NAME…] | http-search CHUNKS | http-load | http-events DIR | stores POINTS [qdrant|pinecone] | ocr PAGES | ocr-quality (PDF TEXT LANGUAGE PAGES)… | csv MEGABYTES | chunk-files MEGABYTES | page-tokens FOLDER… | blobs MEGABYTES [URL]"
        );
        return 2;
}
