using System.Numerics.Tensors;

namespace RagPy.Core.Embedding.Onnx;

/// <summary>Makes one vector of those of a text's tokens.</summary>
internal static class OnnxPool
{
    /// <param name="tokens">The tokens' vectors one behind the other; those of padding follow.</param>
    /// <param name="count">Tokens that count.</param>
    public static float[] Pool(OnnxPooling pooling, ReadOnlySpan<float> tokens, int count, int dimension)
    {
        switch (pooling)
        {
            case OnnxPooling.First:
                return tokens[..dimension].ToArray();
            case OnnxPooling.Last:
                return tokens.Slice((count - 1) * dimension, dimension).ToArray();
        }

        var pooled = tokens[..dimension].ToArray();
        for (var i = 1; i < count; i++)
        {
            var token = tokens.Slice(i * dimension, dimension);
            if (pooling == OnnxPooling.Max)
            {
                TensorPrimitives.Max(pooled, token, pooled);
            }
            else
            {
                TensorPrimitives.Add(pooled, token, pooled);
            }
        }

        if (pooling == OnnxPooling.Mean)
        {
            TensorPrimitives.Divide(pooled, count, pooled);
        }

        return pooled;
    }
}
