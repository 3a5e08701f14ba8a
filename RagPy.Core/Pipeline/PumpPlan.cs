namespace RagPy.Core.Pipeline;

/// <summary>How one process works a queue.</summary>
/// <param name="Slots">Pump jobs at once.</param>
/// <param name="Parallel">Items at once in each pump, where a stage goes item by item.</param>
internal sealed record PumpPlan(int Slots, int Parallel)
{
    /// <summary>One pump each: they work on many documents at once, and mostly wait.</summary>
    private const int Recognition = 1;
    private const int Cleaning = 1;

    /// <summary>More than one engine takes at once, so that none waits for a document to be fetched or written.</summary>
    private const int RecognizedAtOnce = 16;

    /// <summary>
    /// Shares <see cref="PipelineOptions.MaxPumps"/> out so that the sum over all queues never exceeds it: no pump ever waits for a worker, and the order in
    /// which Hangfire looks at queues (alphabetical in PostgreSQL) does not matter. One worker stays free for cleanup and monitoring.
    /// </summary>
    public static PumpPlan Of(PipelineOptions options, string queue)
    {
        var index = Math.Clamp(options.IndexingWorkers, 1, options.MaxPumps > 8 ? 2 : 1);
        var embed = Math.Clamp(options.EmbeddingWorkers, 1, options.MaxPumps > 7 ? 2 : 1);
        var rest = Math.Max(2, options.MaxPumps - 1 - index - embed - Recognition - Cleaning);
        var chunk = Math.Clamp(options.ChunkingWorkers, 1, Math.Max(1, rest / 3));
        var extract = Math.Clamp(options.ExtractionWorkers, 1, Math.Max(1, rest - chunk));
        return queue switch
        {
            Queues.Extraction => Spread(options.ExtractionWorkers, extract),
            Queues.Recognition => new PumpPlan(Recognition, RecognizedAtOnce),
            Queues.Chunking => Spread(options.ChunkingWorkers, chunk),
            Queues.Embeddings => Spread(options.EmbeddingWorkers, embed),
            Queues.Recode => Spread(options.CleaningWorkers, Cleaning),
            Queues.VectorDb => Spread(options.IndexingWorkers, index),
            _ => new PumpPlan(0, 0),
        };
    }

    private static PumpPlan Spread(int wanted, int slots) => new(slots, Math.Max(1, (wanted + slots - 1) / slots));
}
