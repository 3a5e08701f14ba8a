namespace RagPy.Core.Indexing;

/// <summary>
/// Scalar quantisation with an error bound. A vector x is kept as codes c and a step s with x = s·c + e; with a query q = t·d + f,
/// |x·q − s·t·(c·d)| ≤ ‖e‖·‖q‖ + (‖x‖ + ‖e‖)·‖f‖ (Cauchy–Schwarz), so points whose bound cannot reach the k-th best are left out for good
/// and the rest is computed in full: the result is exact.
/// </summary>
internal static class Quantizer
{
    /// <summary>Largest absolute code of a stored vector.</summary>
    private const int MaxCode = 127;

    /// <summary>Quantises a stored vector.</summary>
    /// <param name="codes">Receives the codes; the padding stays zero.</param>
    /// <returns>Step, and norm of the error, rounded up.</returns>
    public static (float Scale, float Error) Encode(ReadOnlySpan<float> vector, Span<sbyte> codes)
    {
        var max = MaxAbsolute(vector);
        if (max == 0)
        {
            return (0, 0);
        }

        var scale = max / MaxCode;
        var square = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            var code = Math.Clamp((int)MathF.Round(vector[i] / scale), -MaxCode, MaxCode);
            codes[i] = (sbyte)code;
            var lost = vector[i] - (double)scale * code;
            square += lost * lost;
        }

        return (scale, MathF.BitIncrement((float)Math.Sqrt(square)));
    }

    /// <summary>Quantises a query to as many of 16 bits as leave every sum within 32 bits.</summary>
    /// <returns>Step, norm of the error and norm of the query.</returns>
    public static (float Scale, float Error, float Norm) EncodeQuery(ReadOnlySpan<float> query, Span<short> codes)
    {
        var max = MaxAbsolute(query);
        if (max == 0)
        {
            return (0, 0, 0);
        }

        // |c·d| ≤ dimension · 127 · largest d must stay below 2³¹.
        var largest = Math.Min(short.MaxValue, int.MaxValue / (MaxCode * query.Length));
        var scale = max / largest;
        var (lostSquare, square) = (0.0, 0.0);
        for (var i = 0; i < query.Length; i++)
        {
            var code = Math.Clamp((int)MathF.Round(query[i] / scale), -largest, largest);
            codes[i] = (short)code;
            var lost = query[i] - (double)scale * code;
            lostSquare += lost * lost;
            square += (double)query[i] * query[i];
        }

        return (scale, MathF.BitIncrement((float)Math.Sqrt(lostSquare)), MathF.BitIncrement((float)Math.Sqrt(square)));
    }

    private static float MaxAbsolute(ReadOnlySpan<float> vector)
    {
        var max = 0f;
        foreach (var value in vector)
        {
            max = Math.Max(max, Math.Abs(value));
        }

        return max;
    }
}
