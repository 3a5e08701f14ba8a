namespace RagPy.Core.Embedding.Onnx;

/// <summary>How a text's vector comes from those of its tokens (sentence-transformers, class <c>Pooling</c>).</summary>
internal enum OnnxPooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The first one's, <c>[CLS]</c>.</summary>
    First,

    /// <summary>The last one's.</summary>
    Last,

    /// <summary>The largest of each component.</summary>
    Max,
}
