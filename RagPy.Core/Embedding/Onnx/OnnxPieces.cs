namespace RagPy.Core.Embedding.Onnx;

/// <summary>
/// Texts as a model takes them. One that is longer than the model can take is divided into pieces of equal length, whose vectors, weighted by their tokens, make the
/// text's (OpenAI Cookbook, "Embedding texts that are longer than the model's maximum context length"): nothing is cut off.
/// </summary>
internal static class OnnxPieces
{
    /// <summary>Tokens of a batch, padding included; and the most that the square of its length may come to, which is what attention takes of memory.</summary>
    private const int BatchTokens = 4096;
    private const long BatchSquares = (long)OnnxModelReader.LongestPiece * OnnxModelReader.LongestPiece;

    /// <summary>The pieces of a text.</summary>
    public static IEnumerable<int[]> Cut(OnnxTokenizer tokenizer, string prompt, string text, int maxTokens)
    {
        var tokens = tokenizer.Encode(prompt + text);
        var room = Math.Max(1, maxTokens - tokenizer.Around);
        if (tokens.Count <= room)
        {
            yield return tokenizer.Wrap([], tokens);
            yield break;
        }

        var leading = prompt.Length == 0 ? [] : tokenizer.Encode(prompt.TrimEnd()).Take(room / 2).ToArray();
        var rest = tokens.Skip(leading.Length).ToArray();
        var count = Divide(rest.Length, Math.Max(1, room - leading.Length));
        foreach (var piece in rest.Chunk(Divide(rest.Length, count)))
        {
            yield return tokenizer.Wrap(leading, piece);
        }
    }

    /// <summary>Batches of pieces of like length, each within the bounds of memory.</summary>
    /// <returns>Positions of the pieces.</returns>
    public static IEnumerable<int[]> Batches(IReadOnlyList<int[]> pieces)
    {
        var batch = new List<int>();
        foreach (var position in Enumerable.Range(0, pieces.Count).OrderByDescending(i => pieces[i].Length))
        {
            // The first is the longest, and all are padded to it.
            var width = (long)pieces[batch.Count == 0 ? position : batch[0]].Length;
            var rows = batch.Count + 1;
            if (batch.Count > 0 && (rows * width > BatchTokens || rows * width * width > BatchSquares))
            {
                yield return [.. batch];
                batch.Clear();
            }

            batch.Add(position);
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    private static int Divide(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
