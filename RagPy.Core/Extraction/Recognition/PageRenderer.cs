using System.Globalization;
using RagPy.Core.Providers;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>Renders pages of PDFs to images by poppler's <c>pdftoppm</c>. Images go through pipes: nothing is left on the disk.</summary>
internal static class PageRenderer
{
    /// <summary>Pixels of an image; a larger page is rendered more coarsely. An A4 page at 300 dpi has 8.7 million.</summary>
    private const double MaxPixels = 40e6;

    /// <summary>Three bytes a pixel and a header, uncompressed.</summary>
    private const long MaxBytes = (3 * (long)MaxPixels) + 1024;

    private const double PointsPerInch = 72;

    /// <summary>Renders a page as it is displayed: crop box and rotation applied.</summary>
    /// <param name="page">1-based.</param>
    /// <param name="size">Of the page in points.</param>
    /// <param name="dpi">Resolution wanted.</param>
    /// <param name="asPng">A PNG in colours, else a grey PGM.</param>
    /// <returns>The image, and the resolution it has.</returns>
    /// <exception cref="ProviderRefusedException">The page cannot be rendered.</exception>
    public static async Task<(ReadOnlyMemory<byte> Image, int Dpi)> RenderAsync(
        string path,
        int page,
        (float Width, float Height) size,
        double dpi,
        bool asPng,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var inches = Math.Max(1, size.Width) / PointsPerInch * (Math.Max(1, size.Height) / PointsPerInch);
        var resolution = (int)Math.Max(1, Math.Floor(Math.Min(dpi, Math.Sqrt(MaxPixels / inches))));
        var number = page.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "-cropbox",
            "-r",
            resolution.ToString(CultureInfo.InvariantCulture),
            "-f",
            number,
            "-l",
            number,
            asPng ? "-png" : "-gray",
            path,
        ];
        var image = await ToolProcess.RunAsync(
            InstalledPrograms.Find("pdftoppm") ?? "pdftoppm",
            arguments,
            ReadOnlyMemory<byte>.Empty,
            MaxBytes,
            limit,
            cancellationToken
        );
        return (image, resolution);
    }
}
