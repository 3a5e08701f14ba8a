using CsCheck;
using RagPy.Core.Indexing;
using Xunit;

namespace RagPy.Tests.Indexing;

public sealed class VectorKernelTests
{
    /// <summary>Extreme values at the largest length that is promised not to overflow.</summary>
    [Fact]
    public void Every_kernel_gives_the_exact_sum() =>
        Gen.Select(Gen.Int[1, 48], Gen.Int[0, int.MaxValue])
            .Sample(
                (blocks, seed) =>
                {
                    var length = blocks * SegmentFooter.Alignment;
                    var random = new Random(seed);
                    var largest = Math.Min(short.MaxValue, int.MaxValue / (127 * length));
                    var codes = new sbyte[length];
                    var queries = new short[4 * length];
                    for (var i = 0; i < length; i++)
                    {
                        codes[i] = (sbyte)(seed % 3 == 0 ? 127 : random.Next(-127, 128));
                    }

                    for (var i = 0; i < queries.Length; i++)
                    {
                        queries[i] = (short)(seed % 3 == 0 ? largest : random.Next(-largest, largest + 1));
                    }

                    AssertKernels(codes, queries, length);
                },
                iter: 300
            );

    [Fact]
    public void The_error_bound_holds_for_any_vectors() =>
        Gen.Select(Gen.Float[-1, 1].Array[1, 200], Gen.Int)
            .Sample(
                (vector, seed) =>
                {
                    var random = new Random(seed);
                    var query = vector.Select(_ => random.NextSingle() - 0.5f).ToArray();
                    var codes = new sbyte[SegmentFooter.CodeStrideOf(vector.Length)];
                    var queryCodes = new short[codes.Length];
                    var (scale, error) = Quantizer.Encode(vector, codes);
                    var (step, queryError, norm) = Quantizer.EncodeQuery(query, queryCodes);
                    var approximate = codes.Zip(queryCodes, (a, b) => (double)a * b).Sum() * scale * step;
                    var exact = vector.Zip(query, (a, b) => (double)a * b).Sum();
                    var vectorNorm = Math.Sqrt(vector.Sum(x => (double)x * x));
                    Assert.True(Math.Abs(approximate - exact) <= error * norm + (vectorNorm + error) * queryError + 1e-6);
                },
                iter: 1_000
            );

    private static unsafe void AssertKernels(sbyte[] codes, short[] queries, int length)
    {
        var sums = stackalloc int[4];
        fixed (sbyte* code = codes)
        fixed (short* query = queries)
        {
            VectorKernels.Dot4(code, query, length, sums);
            for (var i = 0; i < 4; i++)
            {
                var expected = 0L;
                for (var j = 0; j < length; j++)
                {
                    expected += (long)code[j] * query[i * length + j];
                }

                Assert.Equal(expected, sums[i]);
                Assert.Equal(expected, VectorKernels.Dot(code, query + i * length, length));
                Assert.Equal(expected, VectorKernels.DotPortable(code, query + i * length, length));
            }
        }
    }
}
