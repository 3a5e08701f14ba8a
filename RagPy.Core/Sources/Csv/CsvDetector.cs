using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using UtfUnknown;

namespace RagPy.Core.Sources.Csv;

/// <summary>
/// Tells encoding and separator of a CSV from its beginning. The encoding is that of a byte order mark; else UTF-8 when the sample is valid UTF-8; else
/// what chardet says with the original's confidence of 0.7 (<c>original/formats.md</c> §1.3); else Windows-1252, in which every byte is a letter or a sign.
/// The original knows no separator but the comma.
/// </summary>
internal static class CsvDetector
{
    /// <summary>Bytes looked at: lines of full text are long, and ten of them are wanted.</summary>
    public const int SampleBytes = 1 << 20;

    private const int SampleRecords = 50;
    private const float LeastConfidence = 0.7f;
    private const int Western = 1252;

    private static readonly char[] s_delimiters = [',', ';', '\t', '|'];

    /// <param name="sample">Bytes from the start of the file.</param>
    /// <param name="isWhole">The sample is the whole file.</param>
    public static CsvDialect Detect(ReadOnlyMemory<byte> sample, bool isWhole)
    {
        var encoding = DetectEncoding(sample, isWhole);
        var text = encoding.GetString(sample.Span).TrimStart('\uFEFF');
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 5 && text[5] is '\r' or '\n')
        {
            return new CsvDialect(encoding, text[4], HasSeparatorLine: true);
        }

        return new CsvDialect(encoding, DetectDelimiter(text, isWhole), HasSeparatorLine: false);
    }

    private static Encoding DetectEncoding(ReadOnlyMemory<byte> sample, bool isWhole)
    {
        var bytes = sample.Span;
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return Lenient(Encoding.Unicode.CodePage);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Lenient(Encoding.BigEndianUnicode.CodePage);
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble) || IsUtf8(bytes, isWhole))
        {
            return Lenient(Encoding.UTF8.CodePage);
        }

        return Utf16WithoutMark(bytes) ?? Guess(sample) ?? Lenient(Western);
    }

    /// <summary>A character cut by the end of the sample is no error.</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        // A zero byte is valid UTF-8 but never text; it is half a character of UTF-16.
        if (bytes.Contains((byte)0))
        {
            return false;
        }

        for (var cut = 0; cut <= (isWhole ? 0 : Math.Min(3, bytes.Length)); cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(bytes[..^cut]))
            {
                return true;
            }
        }

        return false;
    }

    private static Encoding? Utf16WithoutMark(ReadOnlySpan<byte> bytes)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }

        var pairs = Math.Max(1, bytes.Length / 2);

        return odd > pairs / 2 ? Lenient(Encoding.Unicode.CodePage)
            : even > pairs / 2 ? Lenient(Encoding.BigEndianUnicode.CodePage)
            : null;
    }

    private static Encoding? Guess(ReadOnlyMemory<byte> sample)
    {
        var best = CharsetDetector.DetectFromBytes(sample.ToArray()).Detected;

        // Chardet cannot tell ISO 8859-1 and 8859-15 from Windows-1252, which has all their printable characters and the quotes and dashes besides.
        return best is { Encoding: { } found } && best.Confidence >= LeastConfidence
            ? Lenient(found.CodePage is 28591 or 28605 ? Western : found.CodePage)
            : null;
    }

    private static Encoding Lenient(int codePage)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

        return Encoding.GetEncoding(codePage, EncoderFallback.ReplacementFallback, new WesternFallback());
    }

    /// <summary>The separator by which most records have as many fields as the header; a comma when none gives two.</summary>
    private static char DetectDelimiter(string text, bool isWhole)
    {
        var best = (Delimiter: ',', Score: 0.0);
        foreach (var delimiter in s_delimiters)
        {
            var score = Score(text, delimiter, isWhole);
            if (score > best.Score)
            {
                best = (delimiter, score);
            }
        }

        return best.Delimiter;
    }

    private static double Score(string text, char delimiter, bool isWhole)
    {
        var configuration = Configuration(delimiter);
        using var parser = new CsvParser(new StringReader(text), configuration);
        var counts = new List<int>();
        try
        {
            while (counts.Count < SampleRecords && parser.Read())
            {
                counts.Add(parser.Count);
                if (counts.Count == 1 && CsvColumns.TryMap(parser.Record ?? [], out _) && parser.Count > 1)
                {
                    // A header with a text column and another one was certainly cut at the right places.
                    return double.MaxValue;
                }
            }
        }
        catch (MaxFieldSizeException)
        {
            // By this separator a quote never closes.
        }

        if (!isWhole && counts.Count is > 1 and < SampleRecords)
        {
            counts.RemoveAt(counts.Count - 1);
        }

        return counts.Count == 0 || counts[0] < 2
            ? 0
            : counts.Count(count => count == counts[0]) / (double)counts.Count + (counts[0] / 1000.0);
    }

    /// <summary>How CsvHelper is to read: what RFC 4180 says, and whatever else comes as it is.</summary>
    public static CsvConfiguration Configuration(char delimiter) =>
        new(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter.ToString(),
            BadDataFound = null,
            MissingFieldFound = null,
            HasHeaderRecord = false,
            IgnoreBlankLines = true,
            DetectColumnCountChanges = false,
            MaxFieldSize = CsvSource.MaxFieldUnits,
        };
}
