namespace RagPy.Core.Indexing;

/// <summary>No store takes a vector that is not of unit length: scores would be no cosines, and a zero vector would never be found.</summary>
internal static class UnitLength
{
    /// <summary>How far a stored vector's norm may be from 1.</summary>
    private const double Tolerance = 0.01;

    /// <summary>Checks the vectors of points; a point without a dense vector passes.</summary>
    /// <exception cref="ArgumentException">A vector is not of unit length.</exception>
    public static void Require(IReadOnlyList<IndexPoint> points)
    {
        foreach (var point in points)
        {
            var norm = Math.Sqrt(VectorKernels.Dot(point.Dense.Span, point.Dense.Span));
            if (point.Dense.Length > 0 && !(Math.Abs(norm - 1) <= Tolerance))
            {
                throw new ArgumentException($"The vector of point {point.Id} has norm {norm:G4} instead of 1.", nameof(points));
            }
        }
    }
}
