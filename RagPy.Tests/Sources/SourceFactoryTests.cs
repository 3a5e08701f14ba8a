using RagPy.Core.Projects;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class SourceFactoryTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Theory]
    [InlineData("no/such/place", "There is no file or folder")]
    [InlineData(".", "holds neither")]
    [InlineData("a.bib", "Better BibTeX JSON")]
    [InlineData("a.txt", "neither a ZIP")]
    public void What_is_no_source_is_refused_with_what_to_do(string path, string sentence)
    {
        _folder.Write("a.bib", "@book{}").Write("a.txt", "text").Write("empty.pdf.txt", "");

        var refusal = Assert.Throws<SourceException>(() => SourceFactory.Open(Path.Combine(_folder.Root, path)));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"items": []}""", "holds no items")]
    [InlineData("[]", "holds no items")]
    [InlineData("""{"items": 4}""", "'items' array")]
    [InlineData("""{"title": "x"}""", "'items' array")]
    [InlineData("4", "'items' array")]
    [InlineData("""{"items": [{"title": "x"}""", "incomplete")]
    [InlineData("", "incomplete")]
    [InlineData("""[{"id": "doe", "type": "book", "author": [{"family": "Doe"}], "issued": {"date-parts": [[2020]]}}]""", "CSL JSON")]
    public async Task Json_that_is_no_export_is_refused_with_what_to_do(string json, string sentence)
    {
        _folder.Write("a.json", json);

        var refusal = await Assert.ThrowsAsync<SourceException>(() => _folder.ReadAsync(Path.Combine(_folder.Root, "a.json")));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pipelines_own_outputs_are_never_taken_for_an_export()
    {
        const string Item = """[{"itemType": "book", "title": "output"}]""";
        _folder.Write("output_chunks.json", Item).Write("output.progress.json", Item).Write("generated_notes.json", Item).WritePdf("a.pdf");

        await using var source = SourceFactory.Open(_folder.Root);

        Assert.Equal("pdf-folder", source.Kind);
    }

    [Fact]
    public async Task Several_exports_of_one_folder_are_one_library()
    {
        _folder
            .Write("a.json", """[{"itemType": "book", "key": "AAAAAAA1", "title": "A"}]""")
            .Write(
                "b.json",
                """[{"itemType": "book", "key": "AAAAAAA1", "title": "A"}, {"itemType": "book", "key": "BBBBBBB1", "title": "B"}]"""
            );

        Assert.Equal(["/AAAAAAA1", "/BBBBBBB1"], (await _folder.ReadAsync(_folder.Root)).Select(document => document.Key));
    }

    [Fact]
    public async Task A_ZIP_made_on_a_Mac_is_read()
    {
        _folder.Write("My Library/a.json", """[{"itemType": "book", "key": "AAAAAAA1", "attachments": [{"path": "files/1/a.pdf"}]}]""");
        _folder.WritePdf("My Library/files/1/a.pdf").Write("__MACOSX/My Library/._a.json", "x").Write("My Library/.DS_Store", "x");

        Assert.NotNull(Assert.Single(await _folder.ReadAsync(_folder.Zip())).File);
    }

    [Fact]
    public async Task A_loose_file_is_the_same_document_wherever_it_lies()
    {
        _folder
            .Write("a.pdf", LibraryFolder.Pdf("same"))
            .Write("sub/b.pdf", LibraryFolder.Pdf("same"))
            .Write("c.pdf", LibraryFolder.Pdf("other"));

        var folder = await _folder.ReadAsync(_folder.Root);
        var single = Assert.Single(await _folder.ReadAsync(Path.Combine(_folder.Root, "sub/b.pdf")));

        Assert.Equal(2, folder.Count);
        Assert.Equal(folder[0].Key, single.Key);
        Assert.Equal(("b", "b.pdf"), (single.Item.Title, single.FileName));
    }

    [Fact]
    public void Ids_differ_between_projects_and_between_items_and_documents()
    {
        var item = new SourceItem
        {
            Key = "users/123/AAAAAAA1",
            Title = "T",
            Date = "2020-2021",
            Creators = [new Creator("author", "de Gaulle", "Charles")],
        };

        var row = DocumentIdentity.ToItem(7, item);

        Assert.Equal(DocumentIdentity.ItemId(7, item.Key), row.Id);
        Assert.Equal([2020, 2021], row.Years);
        Assert.Equal(["de gaulle", "gaulle"], row.AuthorKeys);
        Assert.Equal(
            4,
            new[]
            {
                DocumentIdentity.ItemId(7, "k"),
                DocumentIdentity.DocumentId(7, "k"),
                DocumentIdentity.AbstractDocumentId(7, "k"),
                DocumentIdentity.DocumentId(8, "k"),
            }
                .Distinct()
                .Count()
        );
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
