using System.Diagnostics;
using System.Globalization;
using System.Text;
using RagPy.Core.Extraction.Recognition;
using RagPy.Tests.Extractor;

namespace RagPy.Tests.Recognition;

/// <summary>Makes scans: pages of lines are rendered by poppler to pictures, and these put into a PDF that has nothing else.</summary>
internal static class ScannedPdf
{
    private const int Dpi = 200;
    private const int PointsPerInch = 72;

    /// <summary>Whether what it needs, and Tesseract, are installed.</summary>
    public static bool IsPossible => RecognitionSummary.RenderingProblem is null && InstalledPrograms.Find("tesseract") is not null;

    /// <summary>A PDF of pictures of pages.</summary>
    /// <param name="pages">Lines of each page.</param>
    public static byte[] Create(params string[][] pages)
    {
        var text = new TestPdf();
        foreach (var lines in pages)
        {
            text.Lines([.. lines.Select((line, i) => (72f, 700f - (i * 24f), 14f, line))]);
        }

        return Wrap([.. Enumerable.Range(1, pages.Length).Select(page => Render(text.ToBytes(), page))]);
    }

    private static byte[] Render(byte[] pdf, int page)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, pdf);
            var number = page.ToString(CultureInfo.InvariantCulture);
            var resolution = Dpi.ToString(CultureInfo.InvariantCulture);
            var info = new ProcessStartInfo("pdftoppm", ["-jpeg", "-r", resolution, "-f", number, "-l", number, path])
            {
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(info)!;
            using var image = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(image);
            process.WaitForExit();
            return image.ToArray();
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Letter pages, each of one JPEG.</summary>
    private static byte[] Wrap(IReadOnlyList<byte[]> images)
    {
        using var file = new MemoryStream();
        var offsets = new List<long>();
        void Text(string text) => file.Write(Encoding.Latin1.GetBytes(text));
        void Begin()
        {
            offsets.Add(file.Position);
            Text(string.Create(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n"));
        }

        Text("%PDF-1.7\n");
        Begin();
        Text("<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
        Begin();
        var kids = string.Join(' ', images.Select((_, i) => $"{3 + (3 * i)} 0 R"));
        Text($"<< /Type /Pages /Count {images.Count} /Kids [{kids}] >>\nendobj\n");
        const string draw = "q 612 0 0 792 0 0 cm /I Do Q";
        const int width = 612 * Dpi / PointsPerInch;
        const int height = 792 * Dpi / PointsPerInch;
        for (var i = 0; i < images.Count; i++)
        {
            var page = 3 + (3 * i);
            Begin();
            Text(
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {page + 1} 0 R /Resources << /XObject << /I {page + 2} 0 R >> >> >>\nendobj\n"
            );
            Begin();
            Text($"<< /Length {draw.Length} >>\nstream\n{draw}\nendstream\nendobj\n");
            Begin();
            Text(
                $"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length {images[i].Length} >>\nstream\n"
            );
            file.Write(images[i]);
            Text("\nendstream\nendobj\n");
        }

        var start = file.Position;
        Text($"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        offsets.ForEach(offset => Text(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n")));
        Text(
            string.Create(CultureInfo.InvariantCulture, $"trailer << /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
        );
        return file.ToArray();
    }
}
