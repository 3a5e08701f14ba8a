using RagPy.Core.Search;

namespace RagPy.Api.Contracts;

/// <summary>Passages that answer a query, best first.</summary>
/// <param name="Embedder">Which embedding the dense side used; empty in sparse mode.</param>
/// <param name="Approximate">That embedding is the offline one.</param>
internal sealed record SearchView(
    string Query,
    SearchMode Mode,
    string Embedder,
    bool Approximate,
    double Milliseconds,
    IReadOnlyList<SearchResultView> Results
);

/// <summary>A passage found, with where it stands.</summary>
/// <param name="Rank">1-based.</param>
/// <param name="Score">Comparable within one answer only.</param>
/// <param name="Document">Id of the document.</param>
/// <param name="Chunk">0-based number of the passage in its document.</param>
/// <param name="Authors">Creators of the item, <c>Family Given</c>, in order.</param>
/// <param name="Date">As written.</param>
/// <param name="Year">First year of the date, null when it names none.</param>
/// <param name="Publication">Journal, book or series.</param>
/// <param name="ItemKey">Zotero key of the item, or the source's own where there is none.</param>
/// <param name="Items">Keys of every item that has the same file, this one's first.</param>
/// <param name="File">Path of the file as the source names it; empty without a file.</param>
/// <param name="Page">The page that is cited, null for title and abstract, and for documents without pages.</param>
/// <param name="Section">The section that is cited, of a document without pages.</param>
/// <param name="Headings">Headings above the passage, outermost first.</param>
/// <param name="Passage">As it stands in the document.</param>
/// <param name="CleanedPassage">As a chat model cleaned it up, by which it was found; null where that is the same. Not for quoting.</param>
/// <param name="Highlights">Words that match, as half-open ranges of UTF-16 units of the passage.</param>
/// <param name="Zotero">Every item that has the same file, with a link that opens it in Zotero.</param>
/// <param name="Approximate">The offline embedding had a part in this result.</param>
internal sealed record SearchResultView(
    int Rank,
    double Score,
    Guid Document,
    int Chunk,
    string Title,
    IReadOnlyList<string> Authors,
    string Date,
    int? Year,
    string Type,
    string Publication,
    string Url,
    string Doi,
    string ItemKey,
    IReadOnlyList<string> Items,
    string File,
    CitedPage? Page,
    CitedSection? Section,
    IReadOnlyList<string> Headings,
    string Passage,
    string? CleanedPassage,
    IReadOnlyList<int[]> Highlights,
    QuoteView Quote,
    IReadOnlyList<ZoteroItem> Zotero,
    bool Approximate
);

/// <summary>A page of a document.</summary>
/// <param name="Index">1-based.</param>
/// <param name="Label">What is printed on it, null where unknown.</param>
internal sealed record CitedPage(int Index, string? Label);

/// <summary>The sentence that answers best.</summary>
/// <param name="Start">First UTF-16 unit in the passage.</param>
/// <param name="End">One past the last unit.</param>
/// <param name="Parts">Where it stands, page by page.</param>
internal sealed record QuoteView(string Text, int Start, int End, IReadOnlyList<QuotePart> Parts);

/// <summary>The part of a quote on one page.</summary>
/// <param name="Page">1-based; the index of the section in a document without pages.</param>
/// <param name="Start">First UTF-16 unit in the stored text of the page.</param>
/// <param name="End">One past the last unit.</param>
/// <param name="Quads">Rectangles <c>[x0, y0, x1, y1]</c> in PDF points from the top left of the page as displayed.</param>
internal sealed record QuotePart(int Page, int Start, int End, IReadOnlyList<float[]> Quads);

/// <summary>An item in Zotero.</summary>
/// <param name="Uri">Opens it in Zotero; null for what did not come from there.</param>
internal sealed record ZoteroItem(string Key, string Title, string? Uri);
