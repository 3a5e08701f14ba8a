using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace RagPy.Core.Estimates;

/// <summary>
/// Finds the number of pages of a PDF without reading it as one: the largest <c>/Count</c> of its page tree (ISO 32000-2 §7.7.3), whose nodes lie in the open or
/// in compressed object streams (§7.5.7). What this cannot see into, an encrypted or damaged file, gives null.
/// </summary>
internal static class PdfPageCount
{
    private const int MaxFileBytes = 64 << 20;
    private const int MaxInflated = 4 << 20;
    private const int MaxDictionary = 1 << 20;
    private const int MaxStreamHead = 500;

    /// <summary>Reads the file; null when the number cannot be seen or the file is very large.</summary>
    public static async Task<int?> ReadAsync(Stream file, long? length, CancellationToken cancellationToken)
    {
        if (length is null or > MaxFileBytes)
        {
            return null;
        }

        var bytes = new byte[(int)length];
        var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);

        return Find(bytes, read);
    }

    internal static int? Find(byte[] bytes, int length)
    {
        var text = Encoding.Latin1.GetString(bytes, 0, length);
        if (text.Contains("/Encrypt", StringComparison.Ordinal))
        {
            return null;
        }

        var most = Largest(text);
        for (var at = 0; (at = text.IndexOf("/ObjStm", at, StringComparison.Ordinal)) >= 0; )
        {
            at += "/ObjStm".Length;
            var body = text.IndexOf("stream", at, Math.Min(MaxStreamHead, text.Length - at), StringComparison.Ordinal);
            if (body < 0)
            {
                continue;
            }

            body += "stream".Length;
            while (body < length && text[body] is '\r' or '\n')
            {
                body++;
            }

            most = Math.Max(most, Largest(Inflate(bytes, body, length - body)));
        }

        return most > 0 ? most : null;
    }

    private static int Largest(string text)
    {
        var most = 0;
        for (var at = 0; (at = text.IndexOf("/Pages", at, StringComparison.Ordinal)) >= 0; at += "/Pages".Length)
        {
            if (text.AsSpan(0, at).TrimEnd().EndsWith("/Type", StringComparison.Ordinal))
            {
                most = Math.Max(most, Math.Max(CountBehind(text, at), CountBefore(text, at)));
            }
        }

        return most;
    }

    /// <summary>The count that stands behind a place in the same dictionary, not in one within it.</summary>
    private static int CountBehind(string text, int place)
    {
        var depth = 0;
        for (var i = place; i + 1 < text.Length && i < place + MaxDictionary; i++)
        {
            if (text[i] == '<' && text[i + 1] == '<')
            {
                depth++;
                i++;
            }
            else if (text[i] == '>' && text[i + 1] == '>')
            {
                i++;
                if (--depth < 0)
                {
                    return 0;
                }
            }
            else if (depth == 0 && CountAt(text, i) is { } count)
            {
                return count;
            }
        }

        return 0;
    }

    private static int CountBefore(string text, int place)
    {
        var depth = 0;
        for (var i = place; i > 0 && i > place - MaxDictionary; i--)
        {
            if (text[i] == '>' && text[i - 1] == '>')
            {
                depth++;
                i--;
            }
            else if (text[i] == '<' && text[i - 1] == '<')
            {
                i--;
                if (--depth < 0)
                {
                    return 0;
                }
            }
            else if (depth == 0 && CountAt(text, i) is { } count)
            {
                return count;
            }
        }

        return 0;
    }

    private static int? CountAt(string text, int place)
    {
        if (text[place] != '/' || string.CompareOrdinal(text, place, "/Count", 0, "/Count".Length) != 0)
        {
            return null;
        }

        var digits = text.AsSpan(place + "/Count".Length).TrimStart();
        var length = digits.IndexOfAnyExceptInRange('0', '9');

        return int.TryParse(length < 0 ? digits : digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : null;
    }

    private static string Inflate(byte[] bytes, int offset, int length)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(bytes, offset, length, writable: false), CompressionMode.Decompress);
            var buffer = new byte[MaxInflated];
            var read = zlib.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);

            return Encoding.Latin1.GetString(buffer, 0, read);
        }
        catch (InvalidDataException)
        {
            // Of another filter, or damaged: what is in it stays unknown.
            return "";
        }
    }
}
