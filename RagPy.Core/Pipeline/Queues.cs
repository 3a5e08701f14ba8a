namespace RagPy.Core.Pipeline;

/// <summary>Names of the job queues, and which stage runs in which.</summary>
public static class Queues
{
    public const string Extraction = "extraction";
    public const string Recognition = "recognition";
    public const string Chunking = "chunking";
    public const string Embeddings = "embeddings";
    public const string VectorDb = "vectordb";
    public const string Recode = "recode";
    public const string Notes = "notes";
    public const string Cleanup = "cleanup";
    public const string Monitoring = "monitoring";

    /// <summary>Every queue, in the order in which a free worker looks at them: what is nearest to the index first, so that work in hand is finished before more is begun.</summary>
    public static IReadOnlyList<string> All { get; } =
    [VectorDb, Embeddings, Recode, Chunking, Recognition, Extraction, Notes, Cleanup, Monitoring];

    /// <summary>The queue in which a stage runs.</summary>
    public static string Of(Stage stage) =>
        stage switch
        {
            Stage.Read or Stage.Extract => Extraction,
            Stage.Recognize => Recognition,
            Stage.Chunk => Chunking,
            Stage.Clean => Recode,
            Stage.Embed => Embeddings,
            Stage.Index => VectorDb,
            _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
        };

    /// <summary>The stages that run in a queue, first to be looked at first.</summary>
    public static IReadOnlyList<Stage> StagesOf(string queue) =>
        queue switch
        {
            Extraction => [Stage.Read, Stage.Extract],
            Recognition => [Stage.Recognize],
            Chunking => [Stage.Chunk],
            Recode => [Stage.Clean],
            Embeddings => [Stage.Embed],
            VectorDb => [Stage.Index],
            _ => [],
        };
}
