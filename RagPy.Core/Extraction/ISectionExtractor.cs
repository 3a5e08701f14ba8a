namespace RagPy.Core.Extraction;

/// <summary>
/// Reads files that have no pages. What it gives as <see cref="ExtractedPage"/>s are sections: numbered from 1, labelled by their heading where there is
/// one, 0 points wide and high, without word boxes. Nothing shows their number as that of a page.
/// </summary>
internal interface ISectionExtractor : IPageTextExtractor
{
    /// <summary>Whether files of a media type are its own.</summary>
    bool Reads(string contentType);
}
