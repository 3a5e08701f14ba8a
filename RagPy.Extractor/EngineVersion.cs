namespace RagPy.Extractor;

/// <summary>Version of the text this engine gives; part of cache keys.</summary>
internal static class EngineVersion
{
    /// <summary>Raised whenever layout code may give other text for the same file.</summary>
    private const int Layout = 3;

    /// <summary><c>pdfpig-&lt;PdfPig version&gt;/&lt;layout version&gt;</c>.</summary>
    public static string Text
    {
        get
        {
            var version = typeof(UglyToad.PdfPig.PdfDocument).Assembly.GetName().Version;
            return $"pdfpig-{version?.ToString(3)}/{Layout}";
        }
    }
}
