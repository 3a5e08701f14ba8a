namespace RagPy.Core.Extraction;

/// <summary>
/// Word boxes of one page, compactly encoded.
/// <para>
/// Coordinates are PDF points (1/72 inch) on the page as it is displayed: crop box and rotation applied, origin at the top left, x to the
/// right, y downwards. They are kept to a tenth of a point. Offsets are UTF-16 units into the page's text, half open.
/// </para>
/// <para>
/// Layout: one version byte, then variable-length integers (7 bits a byte, low bits first, as in LEB128): the number of words, and for each
/// word the gap between its start and the end of the word before, its length, and zigzag-coded tenths of points: left edge relative to the
/// right edge of the word before, top relative to the top of the word before, width, and height relative to the height of the word before.
/// An empty array means that the page has no boxes.
/// </para>
/// </summary>
public static class PageGeometry
{
    private const byte FormatVersion = 1;

    /// <summary>Bytes a word cannot go below: six integers of one byte. Bounds what a damaged count may allocate.</summary>
    private const int LeastBytesPerWord = 6;

    /// <summary>Encodes words.</summary>
    /// <param name="words">In text order, not overlapping in the text. Coordinates must be finite.</param>
    /// <exception cref="ArgumentException">Words overlap or are out of order.</exception>
    public static byte[] Encode(ReadOnlySpan<WordBox> words)
    {
        if (words.IsEmpty)
        {
            return [];
        }

        var buffer = new byte[1 + 5 + (words.Length * LeastBytesPerWord * 5)];
        buffer[0] = FormatVersion;
        var position = 1;
        WriteVarint(buffer, ref position, (uint)words.Length);
        int end = 0,
            right = 0,
            top = 0,
            height = 0;
        foreach (ref readonly var word in words)
        {
            if (word.Start < end || word.End < word.Start)
            {
                throw new ArgumentException("Words must be in text order and must not overlap.", nameof(words));
            }

            int x0 = Tenths(word.X0),
                y0 = Tenths(word.Y0),
                x1 = Tenths(word.X1),
                h = Tenths(word.Y1) - y0;
            WriteVarint(buffer, ref position, (uint)(word.Start - end));
            WriteVarint(buffer, ref position, (uint)(word.End - word.Start));
            WriteVarint(buffer, ref position, ZigZag(x0 - right));
            WriteVarint(buffer, ref position, ZigZag(y0 - top));
            WriteVarint(buffer, ref position, ZigZag(x1 - x0));
            WriteVarint(buffer, ref position, ZigZag(h - height));
            (end, right, top, height) = (word.End, x1, y0, h);
        }

        return buffer.AsSpan(0, position).ToArray();
    }

    /// <summary>Decodes what <see cref="Encode"/> gave.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of another version.</exception>
    public static IReadOnlyList<WordBox> Decode(ReadOnlySpan<byte> geometry)
    {
        if (geometry.IsEmpty)
        {
            return [];
        }

        if (geometry[0] != FormatVersion)
        {
            throw new FormatException($"Page geometry of version {geometry[0]} is not known.");
        }

        var position = 1;
        var count = ReadVarint(geometry, ref position);
        if (count > (uint)((geometry.Length - position) / LeastBytesPerWord))
        {
            throw new FormatException("The page geometry is damaged.");
        }

        var words = new WordBox[count];
        int end = 0,
            right = 0,
            top = 0,
            height = 0;
        for (var i = 0; i < words.Length; i++)
        {
            var start = end + (int)ReadVarint(geometry, ref position);
            end = start + (int)ReadVarint(geometry, ref position);
            var left = right + UnZigZag(ReadVarint(geometry, ref position));
            top += UnZigZag(ReadVarint(geometry, ref position));
            right = left + UnZigZag(ReadVarint(geometry, ref position));
            height += UnZigZag(ReadVarint(geometry, ref position));
            words[i] = new WordBox(start, end, left / 10f, top / 10f, right / 10f, (top + height) / 10f);
        }

        return words;
    }

    /// <summary>Boxes to highlight for a range of the page's text: one for each run of words on a line. A word reached in part gives its share of the width.</summary>
    /// <param name="geometry">Encoded words.</param>
    /// <param name="start">First UTF-16 unit.</param>
    /// <param name="end">One past the last UTF-16 unit.</param>
    /// <exception cref="FormatException">The bytes are damaged or of another version.</exception>
    public static IReadOnlyList<PageQuad> Quads(ReadOnlySpan<byte> geometry, int start, int end)
    {
        var quads = new List<PageQuad>();
        foreach (var word in Decode(geometry))
        {
            if (word.End <= start || word.Start >= end)
            {
                continue;
            }

            var part = Part(word, start, end);
            if (quads.Count > 0 && SameLine(quads[^1], part))
            {
                var last = quads[^1];
                quads[^1] = new PageQuad(
                    MathF.Min(last.X0, part.X0),
                    MathF.Min(last.Y0, part.Y0),
                    MathF.Max(last.X1, part.X1),
                    MathF.Max(last.Y1, part.Y1)
                );
            }
            else
            {
                quads.Add(part);
            }
        }

        return quads;
    }

    private static PageQuad Part(in WordBox word, int start, int end)
    {
        var width = word.X1 - word.X0;
        float length = word.End - word.Start;
        var from = MathF.Max(0, start - word.Start) / length;
        var to = MathF.Min(length, end - word.Start) / length;
        // A tall box belongs to sideways text; its share of the width would be no share of the word.
        return word.Y1 - word.Y0 > 2 * width && length > 2
            ? new PageQuad(word.X0, word.Y0, word.X1, word.Y1)
            : new PageQuad(word.X0 + (from * width), word.Y0, word.X0 + (to * width), word.Y1);
    }

    /// <summary>Both boxes overlap vertically by half the lower one, and no gap of more than four line heights (a column gutter, a table's void) lies between.</summary>
    private static bool SameLine(in PageQuad a, in PageQuad b)
    {
        var height = MathF.Min(a.Y1 - a.Y0, b.Y1 - b.Y0);
        var overlap = MathF.Min(a.Y1, b.Y1) - MathF.Max(a.Y0, b.Y0);
        var gap = MathF.Max(b.X0 - a.X1, a.X0 - b.X1);
        return overlap >= height / 2 && gap <= 4 * MathF.Max(height, 1);
    }

    private static int Tenths(float value) => (int)MathF.Round(Math.Clamp(value, -1e7f, 1e7f) * 10);

    private static uint ZigZag(int value) => (uint)((value << 1) ^ (value >> 31));

    private static int UnZigZag(uint value) => (int)(value >> 1) ^ -(int)(value & 1);

    private static void WriteVarint(byte[] buffer, ref int position, uint value)
    {
        while (value >= 0x80)
        {
            buffer[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[position++] = (byte)value;
    }

    private static uint ReadVarint(ReadOnlySpan<byte> bytes, ref int position)
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= bytes.Length)
            {
                break;
            }

            var b = bytes[position++];
            value |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("The page geometry is damaged.");
    }
}
