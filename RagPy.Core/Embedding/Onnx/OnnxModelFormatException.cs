namespace RagPy.Core.Embedding.Onnx;

/// <summary>A model's folder has files that cannot be used; the message says which, and why.</summary>
internal sealed class OnnxModelFormatException(string message) : Exception(message);
