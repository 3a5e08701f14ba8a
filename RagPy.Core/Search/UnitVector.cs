namespace RagPy.Core.Search;

/// <summary>Brings vectors to the length that stores expect.</summary>
internal static class UnitVector
{
    /// <summary>The vector divided by its norm.</summary>
    /// <exception cref="InvalidOperationException">It is zero or not finite: the embedder failed without saying so.</exception>
    public static float[] Of(ReadOnlySpan<float> vector)
    {
        var square = 0.0;
        foreach (var value in vector)
        {
            square += (double)value * value;
        }

        var norm = Math.Sqrt(square);
        if (!(norm > 0) || !double.IsFinite(norm))
        {
            throw new InvalidOperationException("The embedder gave a vector without direction.");
        }

        var unit = new float[vector.Length];
        for (var i = 0; i < unit.Length; i++)
        {
            unit[i] = (float)(vector[i] / norm);
        }

        return unit;
    }
}
