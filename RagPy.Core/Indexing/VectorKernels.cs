using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RagPy.Core.Indexing;

/// <summary>Scalar products of float vectors, and of int8 codes with int16 queries. Lengths of codes are multiples of 64.</summary>
internal static unsafe class VectorKernels
{
    /// <summary>Queries that one pass over a code multiplies at once.</summary>
    public const int Lanes = 4;

    /// <summary>Scalar product. Equal inputs give equal results, whatever lies around them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= a.Length; i += Vector<float>.Count)
        {
            sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        }

        var result = Vector.Sum(sum);
        for (; i < a.Length; i++)
        {
            result += a[i] * b[i];
        }

        return result;
    }

    /// <summary>Scalar products of one code with four queries.</summary>
    /// <param name="code">int8 values.</param>
    /// <param name="queries">Four int16 vectors of <paramref name="length"/>, one behind the other.</param>
    /// <param name="results">Receives four sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dot4(sbyte* code, short* queries, int length, int* results)
    {
        if (Avx512BW.IsSupported)
        {
            Dot4Avx512(code, queries, length, results);
        }
        else if (Avx2.IsSupported)
        {
            Dot4Avx2(code, queries, length, results);
        }
        else
        {
            for (var i = 0; i < Lanes; i++)
            {
                results[i] = DotPortable(code, queries + i * length, length);
            }
        }
    }

    /// <summary>Scalar product of one code with one query.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dot(sbyte* code, short* query, int length) =>
        Avx512BW.IsSupported ? DotAvx512(code, query, length)
        : Avx2.IsSupported ? DotAvx2(code, query, length)
        : DotPortable(code, query, length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4Avx512(sbyte* code, short* queries, int length, int* results)
    {
        Vector512<int> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        for (var i = 0; i < length; i += Vector512<short>.Count)
        {
            var x = Avx512BW.ConvertToVector512Int16(Vector256.Load(code + i));
            var q = queries + i;
            s0 += Avx512BW.MultiplyAddAdjacent(x, Vector512.Load(q));
            s1 += Avx512BW.MultiplyAddAdjacent(x, Vector512.Load(q + length));
            s2 += Avx512BW.MultiplyAddAdjacent(x, Vector512.Load(q + 2 * length));
            s3 += Avx512BW.MultiplyAddAdjacent(x, Vector512.Load(q + 3 * length));
        }

        results[0] = Vector512.Sum(s0);
        results[1] = Vector512.Sum(s1);
        results[2] = Vector512.Sum(s2);
        results[3] = Vector512.Sum(s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int DotAvx512(sbyte* code, short* query, int length)
    {
        Vector512<int> even = default,
            odd = default;
        for (var i = 0; i < length; i += 2 * Vector512<short>.Count)
        {
            even += Avx512BW.MultiplyAddAdjacent(Avx512BW.ConvertToVector512Int16(Vector256.Load(code + i)), Vector512.Load(query + i));
            odd += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.Load(code + i + 32)),
                Vector512.Load(query + i + 32)
            );
        }

        return Vector512.Sum(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dot4Avx2(sbyte* code, short* queries, int length, int* results)
    {
        Vector256<int> s0 = default,
            s1 = default,
            s2 = default,
            s3 = default;
        for (var i = 0; i < length; i += Vector256<short>.Count)
        {
            var x = Avx2.ConvertToVector256Int16(Vector128.Load(code + i));
            var q = queries + i;
            s0 += Avx2.MultiplyAddAdjacent(x, Vector256.Load(q));
            s1 += Avx2.MultiplyAddAdjacent(x, Vector256.Load(q + length));
            s2 += Avx2.MultiplyAddAdjacent(x, Vector256.Load(q + 2 * length));
            s3 += Avx2.MultiplyAddAdjacent(x, Vector256.Load(q + 3 * length));
        }

        results[0] = Vector256.Sum(s0);
        results[1] = Vector256.Sum(s1);
        results[2] = Vector256.Sum(s2);
        results[3] = Vector256.Sum(s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int DotAvx2(sbyte* code, short* query, int length)
    {
        Vector256<int> even = default,
            odd = default;
        for (var i = 0; i < length; i += 2 * Vector256<short>.Count)
        {
            even += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(code + i)), Vector256.Load(query + i));
            odd += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.Load(code + i + 16)), Vector256.Load(query + i + 16));
        }

        return Vector256.Sum(even + odd);
    }

    /// <summary>For every other processor; also what the tests hold the others against.</summary>
    internal static int DotPortable(sbyte* code, short* query, int length)
    {
        var sum = Vector<int>.Zero;
        var codes = new ReadOnlySpan<sbyte>(code, length);
        var values = new ReadOnlySpan<short>(query, length);
        for (var i = 0; i < length; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(codes[i..]), out var lowCodes, out var highCodes);
            sum += Products(lowCodes, new Vector<short>(values[i..]));
            sum += Products(highCodes, new Vector<short>(values[(i + Vector<short>.Count)..]));
        }

        return Vector.Sum(sum);
    }

    private static Vector<int> Products(Vector<short> codes, Vector<short> values)
    {
        Vector.Widen(codes, out var lowCodes, out var highCodes);
        Vector.Widen(values, out var lowValues, out var highValues);
        return lowCodes * lowValues + highCodes * highValues;
    }
}
