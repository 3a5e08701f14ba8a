namespace RagPy.Core.Embedding.Onnx;

/// <summary>A folder that should hold a local model, and what it holds.</summary>
/// <param name="Id">Id of its embedder.</param>
/// <param name="IsUsable">Its files can be read; whether the runtime takes the model shows when it is used.</param>
/// <param name="Text">What it is, or what is wrong.</param>
public sealed record OnnxModelFinding(string Id, bool IsUsable, string Text);
