namespace RagPy.Core.Embedding.Onnx;

/// <summary>A text's tokens as the model knows them. Thread safe.</summary>
/// <param name="encode">The tokens of a text alone.</param>
/// <param name="before">Tokens that stand before every text.</param>
/// <param name="after">Tokens that stand behind every text.</param>
/// <param name="padding">Token that fills the shorter texts of a batch.</param>
internal sealed class OnnxTokenizer(Func<string, IReadOnlyList<int>> encode, int[] before, int[] after, int padding)
{
    public int Padding { get; } = padding;

    /// <summary>Tokens that a text needs beside its own.</summary>
    public int Around => before.Length + after.Length;

    /// <summary>The tokens of a text, without those around it.</summary>
    public IReadOnlyList<int> Encode(string text) => encode(text);

    /// <summary>A piece of a text as the model takes it.</summary>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="tokens">Tokens of the piece.</param>
    public int[] Wrap(IEnumerable<int> prompt, IEnumerable<int> tokens) => [.. before, .. prompt, .. tokens, .. after];
}
