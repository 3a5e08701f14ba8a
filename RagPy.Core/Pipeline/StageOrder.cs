namespace RagPy.Core.Pipeline;

/// <summary>The stages as a document goes through them; their numbers are stored and grew otherwise.</summary>
public static class StageOrder
{
    private static readonly Stage[] s_stages =
    [
        Stage.Read,
        Stage.Extract,
        Stage.Recognize,
        Stage.Chunk,
        Stage.Clean,
        Stage.Embed,
        Stage.Index,
    ];

    /// <summary>Place of a stage, from 0.</summary>
    public static int Of(Stage stage) => Array.IndexOf(s_stages, stage);
}
