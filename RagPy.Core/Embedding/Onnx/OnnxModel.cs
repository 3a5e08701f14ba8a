namespace RagPy.Core.Embedding.Onnx;

/// <summary>What the files of a model's folder say.</summary>
/// <param name="Name">Name of its folder, as in <c>onnx/NAME</c>.</param>
/// <param name="Hash">Of everything that shapes a vector, in hexadecimal digits: another model has another, whatever its folder is called.</param>
/// <param name="Dimension">Null when no file says it.</param>
internal sealed record OnnxModel(string Name, string Folder, string ModelFile, string Hash, int? Dimension, OnnxTextOptions Text)
{
    /// <summary>The model in an embedder's id, as it is stored with the vectors.</summary>
    public string Id => $"{Name}:{Hash}";
}
