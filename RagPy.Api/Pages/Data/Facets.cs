namespace RagPy.Api.Pages.Data;

/// <summary>Values that a project's items have, offered in the search form; each list by frequency, cut at <see cref="FacetReader.MaxValues"/>.</summary>
/// <param name="Authors">Family names.</param>
/// <param name="Types">Zotero item types.</param>
/// <param name="Languages">Languages of the analysis, <c>fr</c> and <c>en</c>.</param>
public sealed record Facets(
    IReadOnlyList<string> Authors,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> Collections,
    IReadOnlyList<string> Types,
    IReadOnlyList<string> Languages
);
