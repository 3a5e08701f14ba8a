using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using CsCheck;
using RagPy.Core.Embedding;
using RagPy.Core.Exports;
using Xunit;

namespace RagPy.Tests.Exports;

public sealed class OriginalJsonTests
{
    private static readonly ExportedDocument s_document = new(
        Guid.Empty,
        Guid.Empty,
        1,
        0,
        ["KEY", "book", "T", "", "2020", "", "", "", "a.pdf", "p/a.pdf", ""],
        "legacy",
        1
    );

    [Fact]
    public void Any_text_is_read_back_and_only_control_characters_quotes_and_backslashes_are_escaped() =>
        Gen
            .String.Where(text => !text.Any(char.IsSurrogate))
            .Sample(text =>
            {
                var json = Write(new ExportedChunk(1, text, null, null));

                Assert.Equal(text, JsonDocument.Parse(json).RootElement.GetProperty("text").GetString());
                Assert.All(text.Where(unit => unit > '\u007E'), unit => Assert.Contains(unit, json));
            });

    [Fact]
    public void Components_are_read_back_as_the_same_float_and_look_like_floats() =>
        Gen
            .Float.Where(float.IsFinite)
            .Array[1, 20]
            .Sample(dense =>
            {
                var values = JsonDocument.Parse(Write(new ExportedChunk(1, "x", dense, null))).RootElement.GetProperty("embedding");

                Assert.Equal(dense, values.EnumerateArray().Select(value => value.GetSingle()));
                Assert.All(values.EnumerateArray(), value => Assert.True(value.GetRawText().AsSpan().ContainsAny('.', 'e')));
            });

    [Fact]
    public void Sparse_values_are_shares_of_all_terms_under_the_terms_hash()
    {
        var sparse = JsonDocument
            .Parse(Write(new ExportedChunk(1, "x", [0.5f, 1f], new SparseVector([905, 4_000_000_000], [2, 1], 3))))
            .RootElement.GetProperty("sparse_embedding");

        Assert.Equal(["905", "4000000000"], sparse.GetProperty("indices").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal([2.0 / 3, 1.0 / 3], sparse.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()));
    }

    [Fact]
    public void A_chunk_without_terms_has_empty_lists() =>
        Assert.Contains(
            "\"sparse_embedding\": {\n      \"indices\": [],\n      \"values\": []\n    }",
            Write(new ExportedChunk(1, "x", [], new SparseVector([], [], 0))),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_broken_vector_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Write(new ExportedChunk(1, "x", [float.NaN], null)));

    [Fact]
    public void Document_numbers_have_twelve_digits_and_stay_apart_when_they_meet()
    {
        Gen.Guid.HashSet[1, 100]
            .Sample(ids =>
            {
                var numbers = new OriginalDocumentIds();
                var given = ids.Select(numbers.Next).ToArray();
                Assert.All(given, number => Assert.Equal(12, number.ToString(CultureInfo.InvariantCulture).Length));
                Assert.Equal(given.Length, given.Distinct().Count());
            });

        var clash = new OriginalDocumentIds();
        Assert.Equal(
            [999_999_999_999, 100_000_000_000, 100_000_000_001],
            [clash.Next(Id(899_999_999_999)), clash.Next(Id(899_999_999_999 + 900_000_000_000)), clash.Next(Id(0))]
        );

        static Guid Id(ulong value)
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), value);

            return new Guid(bytes, bigEndian: true);
        }
    }

    private static string Write(ExportedChunk chunk) => new OriginalJsonWriter().Write(s_document, 482913375520, chunk).ToString();
}
