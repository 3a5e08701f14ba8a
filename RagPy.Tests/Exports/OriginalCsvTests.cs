using System.Text;
using CsCheck;
using RagPy.Core.Exports;
using Xunit;

namespace RagPy.Tests.Exports;

public sealed class OriginalCsvTests
{
    private static readonly Gen<string> s_field = Gen.OneOf(
            Gen.OneOfConst("\"", "\\", ",", "\r", "\n", "\r\n", " ", "a", "é", "😀", ";", "'", "\t"),
            Gen.Char['a', 'z'].Select(unit => unit.ToString())
        )
        .Array[0, 12]
        .Select(string.Concat);

    [Fact]
    public void What_is_written_is_read_back_with_the_dialect_and_without_escape_with_backslashes_doubled() =>
        s_field
            .Array[2, 6]
            .Array[1, 4]
            .Sample(rows =>
            {
                var text = Write(rows, false);

                Assert.Equal(rows, OriginalCsvReader.Read(text, '\\'));
                Assert.Equal(
                    rows.Select(row => row.Select(field => field.Replace("\\", "\\\\", StringComparison.Ordinal)).ToArray()),
                    OriginalCsvReader.Read(text, null)
                );
            });

    [Fact]
    public void A_field_in_parts_is_written_as_the_whole() =>
        s_field
            .Array[1, 5]
            .Sample(parts =>
                Assert.Equal(
                    Write(
                        [
                            [string.Join("\n\n", parts), "x"],
                        ],
                        false
                    ),
                    Write(
                        [
                            [.. parts, "x"],
                        ],
                        true
                    )
                )
            );

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData(" a ", " a ")]
    [InlineData(@"a\b", @"a\\b")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("say \"x\\y\"", "\"say \"\"x\\\\y\"\"\"")]
    public void Quoting_is_minimal(string field, string written) =>
        Assert.Equal(
            $"{written},x\r\n",
            Write(
                [
                    [field, "x"],
                ],
                false
            )
        );

    [Fact]
    public void The_originals_own_file_is_written_byte_by_byte()
    {
        var path = Path.Combine(SharedFolder.Path, "original", "sample", "output.csv");
        Assert.SkipUnless(
            File.Exists(path),
            "The original's sample is not there: neither RAGPY_SHARED nor a folder shared beside the checkout has it."
        );
        var bytes = File.ReadAllBytes(path);
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');

        var written = Write([.. OriginalCsvReader.Read(text, '\\')], false);

        Assert.Equal(bytes, (byte[])[.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(written)]);
    }

    /// <summary>With <paramref name="inParts"/> all fields of a row but the last are the parts of its first field.</summary>
    private static string Write(string[][] rows, bool inParts)
    {
        var text = new StringWriter();
        var csv = new OriginalCsvWriter(text);
        WriteAsync().GetAwaiter().GetResult();

        return text.ToString();

        async Task WriteAsync()
        {
            foreach (var row in rows)
            {
                if (inParts)
                {
                    await using var parts = row[..^1].ToAsyncEnumerable().GetAsyncEnumerator();
                    await parts.MoveNextAsync();
                    await csv.WriteFieldAsync(parts, "\n\n", CancellationToken.None);
                }

                foreach (var field in inParts ? row[^1..] : row)
                    await csv.WriteFieldAsync(field, CancellationToken.None);
                await csv.EndRecordAsync(CancellationToken.None);
            }
        }
    }
}
