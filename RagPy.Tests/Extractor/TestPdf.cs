using System.Globalization;
using System.Text;

namespace RagPy.Tests.Extractor;

/// <summary>Writes small PDFs by hand: fonts F1 Helvetica, F2 Helvetica-Bold, F3 Times-Roman in WinAnsi, content streams as given.</summary>
internal sealed class TestPdf
{
    private readonly List<string> _pages = [];
    private readonly List<string> _extra = [];
    private readonly List<(string Name, string Dictionary)> _fonts = [];
    private string _catalog = "";

    /// <summary>Adds entries to the catalog, such as <c>/Lang (fr)</c>.</summary>
    public TestPdf Catalog(string entries)
    {
        _catalog += entries;
        return this;
    }

    /// <summary>Adds a font to every page.</summary>
    /// <param name="dictionary">What stands between the brackets of its dictionary.</param>
    public TestPdf Font(string name, string dictionary)
    {
        _fonts.Add((name, dictionary));
        return this;
    }

    /// <summary>Adds a page of 612 × 792 points.</summary>
    /// <param name="content">A content stream; characters above U+007F are written as WinAnsi.</param>
    /// <param name="entries">Further entries of the page, such as <c>/Rotate 90</c>.</param>
    public TestPdf Page(string content, string entries = "")
    {
        _pages.Add(content);
        _extra.Add(entries);
        return this;
    }

    /// <summary>Adds a page of lines in one font.</summary>
    public TestPdf Lines(params (float X, float Y, float Size, string Text)[] lines) =>
        Page(string.Join('\n', lines.Select(line => Line(line.X, line.Y, line.Size, line.Text))));

    /// <summary>The operators that show one line at a place measured from the bottom left.</summary>
    public static string Line(float x, float y, float size, string text, string font = "F1") =>
        string.Create(CultureInfo.InvariantCulture, $"BT /{font} {size} Tf {x} {y} Td ({Escape(text)}) Tj ET");

    public byte[] ToBytes()
    {
        var objects = new List<string>();
        var kids = string.Join(' ', _pages.Select((_, i) => $"{6 + (2 * i)} 0 R"));
        objects.Add($"<< /Type /Catalog /Pages 2 0 R {_catalog} >>");
        objects.Add($"<< /Type /Pages /Count {_pages.Count} /Kids [{kids}] >>");
        foreach (var font in (string[])["Helvetica", "Helvetica-Bold", "Times-Roman"])
        {
            objects.Add($"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>");
        }

        var fonts = string.Concat(_fonts.Select((font, i) => $" /{font.Name} {6 + (2 * _pages.Count) + i} 0 R"));
        for (var i = 0; i < _pages.Count; i++)
        {
            objects.Add(
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {7 + (2 * i)} 0 R "
                    + $"/Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R{fonts} >> >> {_extra[i]} >>"
            );
            objects.Add($"<< /Length {_pages[i].Length} >>\nstream\n{_pages[i]}\nendstream");
        }

        objects.AddRange(_fonts.Select(font => $"<< {font.Dictionary} >>"));

        return Write(objects);
    }

    private static byte[] Write(List<string> objects)
    {
        var builder = new StringBuilder("%PDF-1.7\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(builder.Length);
            builder.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var start = builder.Length;
        builder.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
        {
            builder.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        }

        builder.Append(CultureInfo.InvariantCulture, $"trailer << /Size {objects.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(builder.ToString());
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\").Replace("(", "\\(").Replace(")", "\\)");
}
