using System.Globalization;
using System.Text;
using RagPy.Core.Extraction.Sections;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Turns Tesseract's table of words (its output <c>tsv</c>) into the text of a page with word boxes.</summary>
internal static class TesseractText
{
    /// <summary>Blocks whose words are surer than this on average are text; others are what was seen in pictures and stains.</summary>
    private const double LeastConfidence = 40;

    private const double PointsPerInch = 72;

    private const int Columns = 12;
    private const string WordLevel = "5";

    /// <summary>Reads the table.</summary>
    /// <param name="page">1-based.</param>
    /// <param name="dpi">Resolution of the image.</param>
    public static RecognizedPage Read(int page, string table, int dpi)
    {
        var text = new StringBuilder();
        var boxes = new List<WordBox>();
        foreach (var block in Parse(table, dpi).GroupBy(word => word.Block))
        {
            if (block.Average(word => word.Confidence) >= LeastConfidence)
            {
                foreach (var paragraph in block.GroupBy(word => word.Paragraph))
                {
                    Append(text, boxes, [.. paragraph]);
                }
            }
        }

        return new RecognizedPage(page, text.ToString(), PageGeometry.Encode([.. boxes]), []);
    }

    private static void Append(StringBuilder text, List<WordBox> boxes, Word[] paragraph)
    {
        text.Append(text.Length > 0 ? "\n\n" : "");
        for (var i = 0; i < paragraph.Length; i++)
        {
            var word = paragraph[i];
            if (i > 0)
            {
                var isNewLine = paragraph[i - 1].Line != word.Line;
                if (isNewLine && IsBroken(paragraph[i - 1].Text, word.Text))
                {
                    text.Length--;
                    boxes[^1] = boxes[^1] with { End = text.Length };
                }
                else
                {
                    text.Append(isNewLine ? '\n' : ' ');
                }
            }

            var start = text.Length;
            text.Append(word.Text);
            boxes.Add(new WordBox(start, text.Length, word.X0, word.Y0, word.X1, word.Y1));
        }
    }

    /// <summary>A word is divided at the end of a line: a hyphen after a letter, and small letters go on. What has a hyphen already keeps this one too.</summary>
    private static bool IsBroken(string first, string second) =>
        first.Length > 2
        && first[^1] is '-' or '\u2010' or '\u00AD'
        && char.IsLetter(first[^2])
        && char.IsLower(second[0])
        && first.AsSpan(0, first.Length - 1).IndexOfAny('-', '\u2010') < 0;

    private static IEnumerable<Word> Parse(string table, int dpi)
    {
        foreach (var line in table.Split('\n'))
        {
            var cells = line.TrimEnd('\r').Split('\t');
            if (cells.Length < Columns || cells[0] != WordLevel)
            {
                continue;
            }

            var text = SectionText.Clean(cells[11]).Trim();
            var confidence = Number(cells[10]);
            if (text.Length > 0 && confidence >= 0)
            {
                float Points(double pixels) => (float)(pixels * PointsPerInch / dpi);
                var (left, top) = (Number(cells[6]), Number(cells[7]));
                yield return new Word(
                    text,
                    cells[2],
                    cells[3],
                    cells[4],
                    confidence,
                    Points(left),
                    Points(top),
                    Points(left + Number(cells[8])),
                    Points(top + Number(cells[9]))
                );
            }
        }
    }

    private static double Number(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private readonly record struct Word(
        string Text,
        string Block,
        string Paragraph,
        string Line,
        double Confidence,
        float X0,
        float Y0,
        float X1,
        float Y1
    );
}
