using System.Text;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class ZoteroExportTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Fact]
    public async Task The_originals_sample_gives_each_attachment_its_outcome()
    {
        _folder.Write("export.json", await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Data/zotero-sample/export.json")));
        foreach (
            var path in (string[])
                [
                    "101/Crazy Ones",
                    "101/outline",
                    "102/Résumé café",
                    "103/corrupted",
                    "103/encrypted",
                    "104/sub/toy",
                    "105/francais",
                    "105/images",
                ]
        )
        {
            _folder.WritePdf($"files/{path}.pdf");
        }

        var documents = await _folder.ReadAsync(_folder.Root);

        Assert.Equal(
            [
                "/AAAA1111/files/101/Crazy Ones.pdf file",
                "/AAAA1111/files/101/outline.pdf file",
                "/AAAA1111/files/101/page.html missing_file",
                "/BBBB2222/files/102/Resume cafe.pdf file",
                "/CCCC3333/files/103/corrupted.pdf file",
                "/CCCC3333/files/103/encrypted.pdf file",
                "/CCCC3333/files/103/nothing-like-it.pdf missing_file",
                "/CCCC3333/storage:corrupted.pdf missing_file",
                "/DDDD4444/files/104/toy.pdf file",
                "/EEEE5555/files/105/francais.pdf file",
                "/EEEE5555/files/105/images.pdf file",
                "/GGGG7777 none",
                "/HHHH8888/files/101/outline.pdf file",
                "/HHHH8888/ missing_file",
            ],
            documents.Select(document => $"{document.Key} {Outcome(document)}")
        );
        var first = documents[0];
        Assert.Equal("Two attachments, \"quoted\" title with a back\\slash", first.Item.Title);
        Assert.Equal([new("author", "Doe", "Jane"), new("editor", "Solo", ""), new("author", "An Institution", "")], first.Item.Creators);
        Assert.Equal(("Crazy Ones.pdf", "files/101/Crazy Ones.pdf", "Full Text PDF"), (first.FileName, first.Path, first.AttachmentTitle));
    }

    [Fact]
    public async Task A_messy_library_gives_what_can_be_made_of_it()
    {
        var documents = await _folder.ReadAsync(MessyLibrary.Write(_folder).Root);

        Assert.Equal(
            [
                "users/123/AAAAAAA1/BBBBBBB1 file",
                "users/123/AAAAAAA1/files/1/page.html file",
                "users/123/AAAAAAA1/files/1/book.epub missing_file",
                "users/123/AAAAAAA1/ missing_file",
                "users/123/AAAAAAA1/files/1/data file",
                "/AAAAAAA2 none",
                "1984 files/2/b.pdf file",
                "Lone surrogate \uFFFD and NUL files/2/b.pdf file",
                "/SSSSSSS1/SSSSSSS1 file",
                "/AAAAAAA5/files/2/b.pdf file",
            ],
            documents
                .Where(document => document.Item.Title.Length > 0 || document.Item.ZoteroKey.Length > 0)
                .Select(document =>
                    (document.Item.ZoteroKey.Length > 0 ? document.Key : $"{document.Item.Title} {document.Path}") + " " + Outcome(document)
                )
        );
        var item = documents[0].Item;
        Assert.Equal("On Fresnel lenses & p < 0.05, n > 3", item.Title);
        Assert.Equal(["One", "Two"], item.Abstract.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(("2011", "users/123", "fr", "Annales"), (item.Date, item.Library, item.Language, item.PublicationTitle));
        Assert.Equal([new("author", "Doe", "Jane"), new("author", "An Institution", ""), new("author", "", "Solo")], item.Creators);
        Assert.Equal(["light", "sea", "7"], item.Tags);
        Assert.Equal(["Phares", "Phares/Optique"], item.Collections);
        Assert.Equal("Standalone paper", documents.Single(document => document.Item.ZoteroKey == "SSSSSSS1").Item.Title);
    }

    [Fact]
    public async Task The_same_library_has_the_same_keys_as_folder_ZIP_and_data_directory()
    {
        const string Json = """
            {"items": [{"itemKey": "AAAAAAA1", "uri": "http://zotero.org/users/123/items/AAAAAAA1", "itemType": "journalArticle", "title": "t",
              "attachments": [{"path": "files/2/a.pdf", "uri": "http://zotero.org/users/123/items/BBBBBBB1"},
                              {"path": "files/3/page.html", "select": "zotero://select/library/items/BBBBBBB3"}]},
              {"key": "GGGGGGG1", "select": "zotero://select/groups/456/items/GGGGGGG1", "itemType": "journalArticle",
               "attachments": [{"path": "C:\\Users\\me\\Zotero\\storage\\GGGGGGG2\\g.pdf"}]}]}
            """;
        _folder.Write("library.json", Json).WritePdf("files/2/a.pdf");
        var folder = await Keys(_folder.Root);
        var zip = await Keys(_folder.Zip());
        await using var data = new LibraryFolder();

        var database = await Keys(ZoteroDatabaseBuilder.Write(data));

        Assert.Equal(["users/123/AAAAAAA1/BBBBBBB1", "users/123/AAAAAAA1/BBBBBBB3", "groups/456/GGGGGGG1/GGGGGGG2"], folder);
        Assert.Equal(folder, zip);
        Assert.Empty(folder.Except(database));
    }

    [Fact]
    public async Task Items_of_the_web_api_find_their_attachments()
    {
        const string Json = """
            [{"key": "BBBBBBB1", "library": {"type": "group", "id": 456}, "data": {"key": "BBBBBBB1", "itemType": "attachment", "parentItem": "AAAAAAA1",
               "linkMode": "imported_file", "filename": "x.pdf", "contentType": "application/pdf", "title": "PDF"}},
             {"key": "AAAAAAA1", "library": {"type": "group", "id": 456}, "data": {"key": "AAAAAAA1", "itemType": "case", "caseName": "Doe v. Doe", "dateDecided": "1973"}},
             {"key": "CCCCCCC1", "library": {"type": "group", "id": 456}, "data": {"itemType": "attachment", "parentItem": "MISSING1", "linkMode": "imported_file", "filename": "y.pdf"}},
             {"key": "DDDDDDD1", "data": {"itemType": "book", "title": "in the bin", "deleted": 1}},
             {"key": "EEEEEEE1", "data": {"itemType": "note", "note": "n"}}]
            """;
        _folder.Write("api.json", Json).WritePdf("storage/BBBBBBB1/x.pdf").WritePdf("storage/CCCCCCC1/y.pdf");

        var documents = await _folder.ReadAsync(_folder.Root);

        Assert.Equal(["groups/456/AAAAAAA1/BBBBBBB1", "groups/456/CCCCCCC1/CCCCCCC1"], documents.Select(document => document.Key));
        Assert.All(documents, document => Assert.NotNull(document.File));
        Assert.Equal(("Doe v. Doe", "1973"), (documents[0].Item.Title, documents[0].Item.Date));
    }

    [Fact]
    public async Task Items_without_key_are_named_by_their_content()
    {
        const string Item =
            """{"itemType": "book", "title": "Tides", "creators": [{"lastName": "Doe"}], "date": "1900", "abstractNote": "ABSTRACT"}""";
        _folder.Write("a.json", $"[{Item}, {Item}, {Item.Replace("ABSTRACT", "Another")}]");

        var keys = await Keys(_folder.Root);
        _folder.Write("a.json", $$"""{"items": [{"itemType": "book", "title": "New"}, {{Item}}]}""");
        var later = await Keys(_folder.Root);

        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0] + "~2", keys[1]);
        Assert.Contains(keys[0], later);
    }

    [Fact]
    public async Task An_item_without_key_is_not_lost_to_one_that_resembles_it_and_has_a_file()
    {
        const string Item = """{"itemType": "book", "title": "Tides", "date": "1900", "abstractNote": "One"}""";
        const string Other =
            """{"itemType": "book", "title": "Tides", "date": "1900", "abstractNote": "Two", "attachments": [{"path": "x.pdf"}]}""";
        _folder.Write("a.json", $"[{Item}, {Other}]").WritePdf("x.pdf");

        var documents = await _folder.ReadAsync(_folder.Root);

        Assert.Equal(["One", "Two"], documents.Select(document => document.Item.Abstract));
    }

    [Fact]
    public async Task Text_in_UTF_16_and_bytes_that_are_no_text_are_read()
    {
        var json = """[{"key": "AAAAAAA1", "itemType": "book", "title": "Été"}]""";
        _folder.Write("a.json", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(json)]);
        await using var latin = new LibraryFolder();
        latin.Write("a.json", Encoding.Latin1.GetBytes(json));

        Assert.Equal("Été", Assert.Single(await _folder.ReadAsync(_folder.Root)).Item.Title);
        Assert.Equal("\uFFFDt\uFFFD", Assert.Single(await _folder.ReadAsync(latin.Root)).Item.Title);
    }

    [Fact]
    public async Task A_large_export_is_read_as_a_stream()
    {
        await using (var writer = new StreamWriter(Path.Combine(_folder.Root, "large.json")))
        {
            await writer.WriteAsync("""{"unknown": {"deep": [[[""" + new string(' ', 300_000) + """1]]]}, "items": [""");
            for (var i = 0; i < 20_000; i++)
            {
                await writer.WriteAsync(
                    $$"""{"key": "K{{i:D7}}", "itemType": "book", "title": "{{i}}", "abstractNote": "{{new string('x', i % 7000)}}"},"""
                );
            }

            await writer.WriteAsync($$"""{"key": "LASTLAST", "itemType": "book", "title": "{{new string('é', 3_000_000)}}"}]}""");
        }

        await using var source = SourceFactory.Open(_folder.Root);
        var keys = await source
            .ReadAsync(TestContext.Current.CancellationToken)
            .Select(document => document.Item.Title.Length)
            .ToListAsync();

        Assert.Equal(20_001, keys.Count);
        Assert.Equal(3_000_000, keys[^1]);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static string Outcome(SourceDocument document) =>
        document.File is not null ? "file"
        : document.Failure is { } failure ? failure.Code.ToWire()
        : "none";

    private async Task<List<string>> Keys(string location) => [.. (await _folder.ReadAsync(location)).Select(document => document.Key)];
}
