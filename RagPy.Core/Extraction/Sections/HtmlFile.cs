using System.Text;
using System.Text.RegularExpressions;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources.Csv;

namespace RagPy.Core.Extraction.Sections;

/// <summary>Brings an HTML file into memory as text: without the pictures and fonts that snapshots embed, and no larger than a limit.</summary>
internal static partial class HtmlFile
{
    /// <summary>Bytes of markup and text, embedded data not counted. A long book in one file has 3 MB.</summary>
    public const int MaxBytes = 24 << 20;

    private const int BufferSize = 1 << 16;
    private const int DeclarationWindow = 4096;

    /// <summary>Reads and decodes a file.</summary>
    /// <exception cref="DocumentFailedException"><c>too_large</c>.</exception>
    public static async Task<string> ReadAsync(Stream content, CancellationToken cancellationToken)
    {
        var kept = new MemoryStream();
        var buffer = new byte[BufferSize];
        var embedded = new EmbeddedData();
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, embedded.Remove(buffer.AsSpan(0, read)));
            if (kept.Length > MaxBytes)
            {
                throw new DocumentFailedException(
                    FailureCode.TooLarge,
                    $"The page has more than {MaxBytes:N0} bytes of markup and text, pictures not counted."
                );
            }
        }

        return Decode(kept.GetBuffer().AsMemory(0, (int)kept.Length));
    }

    /// <summary>By byte order mark; else UTF-8 when it is valid; else as declared; else Windows-1252, as browsers do.</summary>
    private static string Decode(ReadOnlyMemory<byte> bytes)
    {
        var isUnicode =
            System.Text.Unicode.Utf8.IsValid(bytes.Span)
            || bytes.Span.StartsWith((byte[])[0xFF, 0xFE])
            || bytes.Span.StartsWith((byte[])[0xFE, 0xFF]);
        var encoding = isUnicode ? null : Declared(bytes.Span);

        return (encoding ?? CsvDetector.Detect(bytes, isWhole: true).Encoding).GetString(bytes.Span).TrimStart('\uFEFF');
    }

    private static Encoding? Declared(ReadOnlySpan<byte> bytes)
    {
        var head = Encoding.Latin1.GetString(bytes[..Math.Min(DeclarationWindow, bytes.Length)]);
        if (Charset().Match(head) is not { Success: true } match)
        {
            return null;
        }

        try
        {
            // What says so and is not valid UTF-8 is nearly always Windows-1252, and so is what is called Latin-1 (WHATWG Encoding, §4.2).
            var declared =
                CodePagesEncodingProvider.Instance.GetEncoding(match.Groups[1].Value) ?? Encoding.GetEncoding(match.Groups[1].Value);

            return declared.CodePage is 65001 or 28591 or 20127 ? CodePagesEncodingProvider.Instance.GetEncoding(1252) : declared;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex("""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();

    /// <summary>Leaves out what follows <c>;base64,</c>, wherever the pieces of the file are cut.</summary>
    private sealed class EmbeddedData
    {
        private int _matched;
        private bool _isInside;

        private static ReadOnlySpan<byte> Mark => ";base64,"u8;

        /// <summary>Moves what stays to the front.</summary>
        /// <returns>Bytes that stay.</returns>
        public int Remove(Span<byte> bytes)
        {
            var kept = 0;
            foreach (var value in bytes)
            {
                if (_isInside && (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'+' or (byte)'/' or (byte)'=' or (byte)'%'))
                {
                    continue;
                }

                _isInside = false;
                bytes[kept++] = value;
                _matched = value == Mark[_matched] ? _matched + 1 : (value == Mark[0] ? 1 : 0);
                if (_matched == Mark.Length)
                {
                    (_matched, _isInside) = (0, true);
                }
            }

            return kept;
        }
    }
}
