namespace RagPy.Core.Sources.Chunks;

/// <summary>Finds chunk files. What they are called does not matter, but of several the name tells which has most.</summary>
internal static class ChunkFiles
{
    /// <summary>Ends of the original's names, the furthest stage first.</summary>
    private static readonly string[] s_stages = ["_with_embeddings_sparse.json", "_with_embeddings.json", "_chunks.json", ".json"];

    /// <summary>Whether a file is one.</summary>
    public static bool Is(TreeFile file)
    {
        using var stream = file.Open();

        return ChunkFileReader.IsChunkFile(stream);
    }

    /// <summary>The chunk file at the root of a tree, of several that of the furthest stage; null when there is none.</summary>
    /// <exception cref="SourceException">Several are of the same stage.</exception>
    public static TreeFile? FindAtRoot(IFileTree tree)
    {
        var found = (tree.List("")?.Files ?? new TreeNames([]))
            .Where(name => PdfFolderSource.IsVisible(name) && name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            .Select(tree.Find)
            .OfType<TreeFile>()
            .Where(Is)
            .ToLookup(file => Array.FindIndex(s_stages, end => file.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase)));
        var furthest = found.OrderBy(stage => stage.Key).FirstOrDefault()?.ToList();

        return furthest switch
        {
            null => null,
            [var only] => only,
            _ => throw new SourceException(
                $"'{tree.Location}' holds several chunk files, among them '{furthest[0].Name}' and '{furthest[1].Name}'. Give one of these files."
            ),
        };
    }
}
