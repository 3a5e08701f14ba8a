using System.Text;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;
using RagPy.Core.Sources.Chunks;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class ChunkSourceTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Fact]
    public async Task A_chunk_file_of_any_name_gives_its_documents_with_item_provider_and_chunks_in_order()
    {
        var file = new ChunkFile()
            .Document("111111111111", "AAAA1111", "a.pdf", ["One.", "Two \"quoted\" \\ é.", "Three."])
            .Document("222222222222", "BBBB2222", "b.pdf", ["Other."], provider: "mistral");

        var documents = await ReadAsync(file, "some name.json");

        Assert.Equal(["csv/AAAA1111/a.pdf", "csv/BBBB2222/b.pdf"], documents.Select(d => d.Key));
        Assert.Equal(["One.", "Two \"quoted\" \\ é.", "Three."], await TextsAsync(documents[0]));
        Assert.All(documents, d => Assert.Null(d.Failure));
        Assert.Equal(
            ["application/x-ragpy-chunks; provider=legacy", "application/x-ragpy-chunks; provider=mistral"],
            documents.Select(d => d.File!.ContentType)
        );
        var item = documents[0].Item;
        Assert.Equal(
            ("AAAA1111", "journalArticle", "Title of AAAA1111", "2020", "10.1000/abc"),
            (item.ZoteroKey, item.Type, item.Title, item.Date, item.Doi)
        );
        Assert.Equal("Doe Jane, Roe Anne", Bibliography.FormatAuthors(item.Creators));
        Assert.Equal(
            ("a.pdf", "/srv/uploads/1a2b3c4d_x/files/101/a.pdf", "Full Text PDF"),
            (documents[0].FileName, documents[0].Path, documents[0].AttachmentTitle)
        );
    }

    [Fact]
    public async Task Chunks_of_a_document_may_stand_anywhere_in_the_file()
    {
        string[] Texts(string name) => [.. Enumerable.Range(1, 40).Select(i => $"{name} {i}.")];
        var file = new ChunkFile()
            .Document("1", "AAAA1111", "a.pdf", Texts("a"))
            .Document("2", "BBBB2222", "b.pdf", Texts("b"))
            .Document("3", "CCCC3333", "c.pdf", Texts("c"));

        var documents = await ReadAsync(file.Reordered(i => i * 7919 % 120));

        Assert.Equal(3, documents.Count);
        foreach (var document in documents)
        {
            Assert.Equal(Texts(document.FileName[..1]), await TextsAsync(document));
        }
    }

    [Fact]
    public async Task Two_runs_of_the_original_over_one_library_give_the_same_documents()
    {
        var first = new ChunkFile()
            .Document("111111111111", "AAAA1111", "a.pdf", ["One."])
            .Document("222222222222", "AAAA1111", "same.pdf", ["First of two files of one name."])
            .Document("333333333333", "AAAA1111", "same.pdf", ["Second of two files of one name."])
            .Document("444444444444", "", "loose.pdf", ["Without a key."])
            .Document("555555555555", "csv_0", "", ["A row of a table."]);
        var second = new ChunkFile()
            .Document("666666666666", "csv_3", "", ["Another row."])
            .Document("777777777777", "", "loose.pdf", ["Without a key."])
            .Document("888888888888", "AAAA1111", "same.pdf", ["Second of two files of one name."])
            .Document("999999999999", "AAAA1111", "same.pdf", ["First of two files of one name."])
            .Document("121212121212", "AAAA1111", "a.pdf", ["One."])
            .Document("343434343434", "csv_0", "", ["A row of a table."]);

        var before = (await ReadAsync(first)).Select(d => d.Key).ToHashSet();
        var after = (await ReadAsync(second)).Select(d => d.Key).ToHashSet();

        Assert.Equal(5, before.Count);
        Assert.Superset(before, after);
        Assert.Equal(6, after.Count);
    }

    [Fact]
    public async Task What_is_wrong_with_an_entry_fails_its_document_with_the_place_and_no_other()
    {
        var file = new ChunkFile()
            .Document("1", "AAAA1111", "good.pdf", ["Good."])
            .Document("2", "BBBB2222", "no index.pdf", ["Bad."])
            .Change(chunk => chunk["chunk_index"] = "first")
            .Document("3", "CCCC3333", "no text.pdf", ["Bad."])
            .Change(chunk => chunk["text"] = 7)
            .Document("4", "DDDD4444", "disagrees.pdf", ["One.", "Two."])
            .Change(chunk => chunk["total_chunks"] = 3)
            .Entry("null")
            .Entry("""{"text":"Of nobody.","chunk_index":1,"total_chunks":1}""")
            .Document("5", "EEEE5555", "last.pdf", ["Good too."]);

        var documents = await ReadAsync(file);

        Assert.Equal(["good.pdf", "last.pdf"], documents.Where(d => d.File is not null).Select(d => d.FileName));
        var reasons = documents.Where(d => d.Failure is not null).Select(d => d.Failure!.Reason).ToList();
        Assert.All(documents.Where(d => d.Failure is not null), d => Assert.Equal(FailureCode.Corrupt, d.Failure!.Code));
        Assert.Collection(
            reasons,
            r => Assert.Matches(@"^Entry 2 of the file \(byte [\d,]+\).*chunk_index is no number", r),
            r => Assert.Contains("it has no text", r, StringComparison.Ordinal),
            r => Assert.Contains("its total_chunks is 3, that of the document's first chunk 2", r, StringComparison.Ordinal),
            r => Assert.StartsWith("Entry 6 of the file", r, StringComparison.Ordinal),
            r => Assert.Contains("it has no doc_id", r, StringComparison.Ordinal)
        );
        Assert.Equal("output_chunks.json#/5", documents.Single(d => d.Failure?.Reason.Contains("is no object") == true).Path);
    }

    [Fact]
    public async Task A_document_with_missing_chunks_fails_and_says_which()
    {
        var file = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One.", "Two.", "Three.", "Four."]).Reordered(i => i);
        var cut = new ChunkFile()
            .Document("1", "AAAA1111", "a.pdf", ["One."])
            .Change(chunk => chunk["total_chunks"] = 3)
            .Document("2", "BBBB2222", "b.pdf", ["Whole."]);

        Assert.Null(Assert.Single(await ReadAsync(file)).Failure);
        var failed = (await ReadAsync(cut))[0];
        Assert.Contains("1 of the document's 3 chunks; missing: 2, 3.", failed.Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_that_comes_twice_is_taken_once_and_two_texts_for_one_place_are_refused()
    {
        var twice = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One."]).Document("1", "AAAA1111", "a.pdf", ["One."]);
        var differing = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One."]).Document("1", "AAAA1111", "a.pdf", ["Uno."]);

        Assert.Equal(["One."], await TextsAsync(Assert.Single(await ReadAsync(twice))));
        Assert.Contains("twice", Assert.Single(await ReadAsync(differing)).Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chunks_without_text_are_left_out_and_told()
    {
        var file = new ChunkFile()
            .Document("1", "AAAA1111", "a.pdf", ["One.", " \n", "Three."])
            .Document("2", "BBBB2222", "b.pdf", ["", "  "]);

        await using var source = Open(file);
        var documents = await source.ReadAsync(TestContext.Current.CancellationToken).ToListAsync();

        Assert.Equal(["One.", "Three."], await TextsAsync(documents[0]));
        Assert.Equal(FailureCode.Empty, documents[1].Failure!.Code);
        Assert.Contains(source.Notes, note => note.StartsWith("3 chunks without any text", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\n  },\n  {\n    \"id\"", "line", 3)]
    [InlineData("]", "cut off", 2)]
    public async Task A_file_that_is_damaged_or_cut_off_is_refused_as_a_whole_with_the_place(string before, string sentence, int keep)
    {
        var json = Encoding.UTF8.GetString(new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One.", "Two.", "Three."]).Bytes);
        var at = json.LastIndexOf(before, StringComparison.Ordinal);
        _folder.Write("cut.json", json[..(at + (before.Length > 1 ? keep : 0))]);

        var refusal = await Assert.ThrowsAsync<SourceException>(() => _folder.ReadAsync(Path.Combine(_folder.Root, "cut.json")));

        Assert.Contains("'cut.json' is no whole JSON file: at line", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vectors_of_zeros_of_words_and_of_an_unknown_model_are_not_kept_and_others_are_to_the_bit()
    {
        float[] vector = [0.1f, -0.2f, 3e-8f];
        var file = new ChunkFile()
            .Document("1", "AAAA1111", "a.pdf", ["Kept."], _ => vector)
            .Document("2", "BBBB2222", "b.pdf", ["Zero."], _ => [0, 0, 0])
            .Document("3", "CCCC3333", "c.pdf", ["Words."], _ => vector)
            .Change(chunk => chunk["embedding"] = new System.Text.Json.Nodes.JsonArray(1, "two", 3));

        await using var source = Open(file, new SourceVectors("openai/text-embedding-3-large", "openai/text-embedding-3-large@3", 3));
        var documents = await source.ReadAsync(TestContext.Current.CancellationToken).ToListAsync();

        var kept = await LinesAsync(documents[0]);
        Assert.Equal(vector, RagPy.Core.Embedding.DenseVectorCodec.Decode(kept[0].Vector!));
        Assert.Equal("openai/text-embedding-3-large", kept[0].Model);
        Assert.Null((await LinesAsync(documents[1]))[0].Vector);
        Assert.Null((await LinesAsync(documents[2]))[0].Vector);
        Assert.Contains(source.Notes, n => n.StartsWith("1 vector of openai/text-embedding-3-large taken", StringComparison.Ordinal));
        Assert.Contains(source.Notes, n => n.StartsWith("1 vectors of zeros", StringComparison.Ordinal));
        Assert.Contains(source.Notes, n => n.StartsWith("1 embeddings that are no vectors", StringComparison.Ordinal));
        Assert.Contains(source.Notes, n => n.StartsWith("Sparse vectors made anew", StringComparison.Ordinal));

        await using var unnamed = Open(file, new SourceVectors(null, "offline-hash/1", 512));
        var without = await unnamed.ReadAsync(TestContext.Current.CancellationToken).ToListAsync();
        Assert.Null((await LinesAsync(without[0]))[0].Vector);
        Assert.Contains(unnamed.Notes, n => n.Contains("does not say which model", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_the_originals_four_files_in_a_folder_the_furthest_is_taken()
    {
        var chunks = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One."]);
        _folder
            .Write("output.csv", "texteocr\nFrom the table.\n")
            .Write("output_chunks.json", chunks.Bytes)
            .Write("output_chunks_with_embeddings.json", new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["Furthest."]).Bytes);

        Assert.Equal(["Furthest."], await TextsAsync(Assert.Single(await _folder.ReadAsync(_folder.Root))));
        Assert.Equal(["Furthest."], await TextsAsync(Assert.Single(await _folder.ReadAsync(_folder.Zip()))));
    }

    [Theory]
    [InlineData("""[{"key":"AAAAAAA1","itemType":"book","title":"T"}]""", "zotero-export")]
    [InlineData("""{"items":[]}""", "zotero-export")]
    [InlineData("[]", "zotero-export")]
    public void Other_json_is_no_chunk_file(string json, string kind)
    {
        _folder.Write("x.json", json);

        Assert.Equal(kind, SourceFactory.Open(Path.Combine(_folder.Root, "x.json")).Kind);
    }

    [Fact]
    public async Task Bytes_are_the_same_whether_or_not_the_file_has_a_mark_and_sparse_vectors()
    {
        var dense = new ChunkFile().Document("1", "AAAA1111", "a.pdf", ["One.", "Two."], _ => [1, 2]);
        var other = new ChunkFile().Document("2", "AAAA1111", "a.pdf", ["One.", "Two."], _ => [1, 2]);
        other.Change(chunk => chunk.Remove("sparse_embedding"));
        var vectors = new SourceVectors("local/model", "local/model@2", 2);

        var first = await _folder.ReadAsync(Write(dense, "a.json"), SourceOptions.Local with { Vectors = vectors });
        _folder.Write("b.json", [.. Encoding.UTF8.Preamble, .. other.Bytes]);
        var second = await _folder.ReadAsync(Path.Combine(_folder.Root, "b.json"), SourceOptions.Local with { Vectors = vectors });

        Assert.Equal(await LibraryFolder.BytesAsync(first[0]), await LibraryFolder.BytesAsync(second[0]));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private Task<List<SourceDocument>> ReadAsync(ChunkFile file, string name = "output_chunks.json") =>
        _folder.ReadAsync(Write(file, name));

    private ISource Open(ChunkFile file, SourceVectors? vectors = null) =>
        SourceFactory.Open(Write(file, "output_chunks.json"), SourceOptions.Local with { Vectors = vectors });

    private string Write(ChunkFile file, string name) => Path.Combine(_folder.Write(name, file.Bytes).Root, name);

    private async Task<string[]> TextsAsync(SourceDocument document) => [.. (await LinesAsync(document)).Select(l => l.Text)];

    private async Task<List<(string Text, byte[]? Vector, string? Model)>> LinesAsync(SourceDocument document)
    {
        var path = Path.Combine(_folder.Outside, "lines");
        await File.WriteAllBytesAsync(path, await LibraryFolder.BytesAsync(document), TestContext.Current.CancellationToken);

        return await ChunkLines.ReadAsync(path, TestContext.Current.CancellationToken).ToListAsync();
    }
}
