namespace RagPy.Tests.Sources;

/// <summary>A Better BibTeX export with what real ones get wrong.</summary>
internal static class MessyLibrary
{
    /// <summary>The export's JSON; everything here must be survived.</summary>
    public const string Json = """
        {"config": {"label": "BetterBibTeX JSON", "preferences": {"baseAttachmentPath": null}},
         "collections": {"C1": {"key": "C1", "name": "Phares", "parent": false, "items": [1, 2], "collections": ["C2"]},
                         "C2": {"key": "C2", "name": "Optique", "parent": "C1", "items": [1]},
                         "C3": {"key": "C3", "name": "Loop", "parent": "C3", "items": [4]}, "C4": null, "C5": "x"},
         "items": [
          {"itemID": 1, "key": "AAAAAAA1", "uri": "http://zotero.org/users/123/items/AAAAAAA1", "itemType": "journalArticle",
           "title": "On <i>Fresnel</i> lenses &amp; p < 0.05, n > 3", "abstractNote": "<p>One</p><p>Two</p>", "date": 2011, "DOI": null,
           "creators": [{"lastName": "Doe", "firstName": "Jane", "creatorType": "author"}, {"name": "An Institution"}, {"lastName": null, "firstName": "Solo"}, {}, null, 5],
           "tags": [{"tag": "light"}, "sea", {"tag": "light"}, null, 7], "language": "fr", "publicationTitle": "Annales",
           "attachments": [
             {"title": "Full Text", "path": "files/1/a.pdf", "key": "BBBBBBB1"}, {"title": "again", "path": "files/1/a.pdf", "key": "BBBBBBB2"},
             {"title": "web", "url": "https://example.org", "linkMode": "linked_url"}, {"title": "page", "path": "files/1/page.html", "contentType": "text/html"},
             {"title": "book", "path": "files/1/book.epub"}, null, "text", {"path": null, "title": "nothing"}, {"path": "files/1/data", "contentType": "application/pdf"}]},
          {"itemID": 2, "key": "AAAAAAA2", "itemType": "book", "title": null, "creators": null, "attachments": null, "tags": null, "date": null},
          {"itemID": 3, "itemType": "report", "title": 1984, "creators": {"a": {"lastName": "Orwell"}}, "attachments": {"path": "files/2/b.pdf"}},
          {"itemID": 4, "itemType": "document", "title": "Lone surrogate \ud83d and NUL \u0000", "creators": [], "attachments": [{"path": "files/2/b.pdf"}]},
          {"itemType": "note", "note": "<p>n</p>", "key": "NNNNNNN1"}, {"itemType": "annotation"}, null, 17, "text", ["a"], {}, {"itemType": null},
          {"key": "SSSSSSS1", "itemType": "attachment", "path": "files/3/Standalone paper.pdf", "contentType": "application/pdf"},
          {"key": "AAAAAAA1", "uri": "http://zotero.org/users/123/items/AAAAAAA1", "itemType": "journalArticle", "title": "twice", "attachments": []},
          {"key": "AAAAAAA5", "itemType": "book", "title": "Twice, files later"},
          {"key": "AAAAAAA5", "itemType": "book", "title": "Twice, files later", "attachments": [{"path": "files/2/b.pdf"}]},
         ]}
        """;

    public static LibraryFolder Write(LibraryFolder folder) =>
        folder
            .Write("library.json", "\uFEFF" + Json)
            .Write("output_chunks.json", """[{"itemType": "x", "title": "not an export"}]""")
            .Write("package.json", """{"name": "x", "items": 4}""")
            .Write("broken.json", "{")
            .WritePdf("files/1/a.pdf")
            .Write("files/1/page.html", "<html>")
            .WritePdf("files/1/data")
            .WritePdf("files/2/b.pdf")
            .WritePdf("files/3/Standalone paper.pdf");
}
