using System.Text;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class CsvSourceTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Fact]
    public async Task A_table_in_the_usual_mess_gives_its_rows()
    {
        var documents = await _folder.ReadAsync(Path.Combine(MessyTable.Write(_folder).Root, "table.csv"));

        Assert.Equal(
            [
                "csv/1/text Les marées | 2011 | table.csv#row=2",
                "csv/2/text Un phare | 2016 | table.csv#row=3",
                "csv/3/text Sans texte |  | table.csv#row=5",
                "csv/4/text Court |  | table.csv#row=6",
                "csv/1/text#2 Le même numéro | 2012 | table.csv#row=7",
            ],
            documents.Take(5).Select(d => $"{d.Key} {d.Item.Title} | {d.Item.Date} | {d.Path}")
        );
        Assert.Equal(6, documents.Count);
        Assert.Equal("Première ligne\net la suite, dite \"longue\".", await TextAsync(documents[0]));
        Assert.Equal("Un phare à l'entrée du port — côte d'œuvre \"brute\" ici.", await TextAsync(documents[1]));
        Assert.Equal([new("author", "Doe", "Jane"), new("author", "Roe", "")], documents[0].Item.Creators);
        Assert.Equal([new("author", "Le Goff", "Yann")], documents[1].Item.Creators);
        Assert.Equal([true, true, false, false, true, true], documents.Select(d => d.File is not null));
        Assert.All(documents, d => Assert.Null(d.Failure));
    }

    [Theory]
    [InlineData("utf-8", false, ',')]
    [InlineData("utf-8", true, ';')]
    [InlineData("windows-1252", false, '\t')]
    [InlineData("iso-8859-1", false, '|')]
    [InlineData("utf-16", true, ',')]
    [InlineData("utf-16", false, ';')]
    [InlineData("utf-16BE", true, ',')]
    public async Task Encoding_and_separator_are_told_from_the_file(string encoding, bool withMark, char separator)
    {
        const string Body = "L’été, à Honfleur, la marée est haute ; les bateaux sortent.";
        var text = encoding == "iso-8859-1" ? Body.Replace('’', '\'') : Body;
        var codec = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        var rows = string.Join('\n', Enumerable.Range(1, 20).Select(n => $"Titre é{n}{separator}\"{text}\"{separator}a, b{n % 3}"));
        byte[] bytes = [.. withMark ? codec.GetPreamble() : [], .. codec.GetBytes($"title{separator}text{separator}note\n{rows}\n")];

        var documents = await _folder.ReadAsync(Path.Combine(_folder.Write("t.csv", bytes).Root, "t.csv"));

        Assert.Equal(20, documents.Count);
        Assert.Equal("Titre é1", documents[0].Item.Title);
        Assert.Equal(text, await TextAsync(documents[0]));
    }

    [Fact]
    public async Task Bytes_that_are_not_of_the_encoding_lose_no_letter()
    {
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes("text\n" + string.Concat(Enumerable.Repeat("début é\n", 200_000))),
            .. "fin \u00E9t\u00E9"u8,
            0xE9,
            (byte)'\n',
        ];

        var documents = await _folder.ReadAsync(Path.Combine(_folder.Write("t.csv", bytes).Root, "t.csv"));

        Assert.Equal(["début é", "fin étéé"], await Task.WhenAll(documents.Select(TextAsync)));
    }

    [Theory]
    [InlineData("content,description,text", "text", "c")]
    [InlineData("description,body,titre", "body", "b")]
    [InlineData("TEXTE , contenu,x", "texte", "a")]
    [InlineData("Contenu,résumé,lien", "contenu", "a")]
    public async Task The_text_column_is_the_first_of_the_originals_list(string header, string column, string text)
    {
        var documents = await _folder.ReadAsync(Path.Combine(_folder.Write("t.csv", $"{header}\na,b,c\n").Root, "t.csv"));

        Assert.True(text == await TextAsync(Assert.Single(documents)), column);
    }

    [Fact]
    public async Task Names_of_columns_are_mapped_as_in_the_original_and_more_is_kept()
    {
        const string Table =
            "name,author,year,summary,link,document_type,langue,journal,Mots-clés,body,DOI\n"
            + "T,Doe Jane,2020,A,https://example.org,book,fr,Annales,\"sea; light\",Text.,10.1/x\n";

        var item = Assert.Single(await _folder.ReadAsync(Path.Combine(_folder.Write("t.csv", Table).Root, "t.csv"))).Item;

        Assert.Equal(
            ("T", "2020", "A", "https://example.org", "book", "fr", "Annales", "10.1/x"),
            (item.Title, item.Date, item.Abstract, item.Url, item.Type, item.Language, item.PublicationTitle, item.Doi)
        );
        Assert.Equal(["sea", "light"], item.Tags);
    }

    [Fact]
    public async Task Rows_that_are_only_numbered_are_known_by_their_table_and_number()
    {
        var one = Path.Combine(_folder.Write("one.csv", "itemKey,text\ncsv_0,A.\ncsv_1,B.\n").Root, "one.csv");
        var two = Path.Combine(_folder.Write("two.csv", "itemKey,text\ncsv_0,C.\nABCD1234,D.\n").Root, "two.csv");

        Assert.Equal(["csv/one.csv#csv_0/text", "csv/one.csv#csv_1/text"], (await _folder.ReadAsync(one)).Select(d => d.Key));
        Assert.Equal(["csv/two.csv#csv_0/text", "csv/ABCD1234/text"], (await _folder.ReadAsync(two)).Select(d => d.Key));
        var before = SourceOptions.Local with { SharesRowNumbers = true };
        Assert.Equal(["csv/csv_0/text", "csv/csv_1/text"], (await _folder.ReadAsync(one, before)).Select(d => d.Key));
    }

    [Fact]
    public async Task The_originals_own_table_comes_back_with_provider_key_and_single_backslashes()
    {
        const string Header =
            "itemKey,type,title,abstract,date,url,doi,authors,filename,path,attachment_title,texteocr,texteocr_provider\r\n";
        var table =
            "\uFEFF"
            + Header
            + "AAAA1111,book,T,,2020,,,\"Doe Jane, Institut\",a.pdf,files/1/a.pdf,Full Text,\"x \\\\alpha \"\"y\"\"\",legacy\r\n"
            + """AAAA1111,book,T,,2020,,,"Doe Jane, Institut",b.pdf,files/1/b.pdf,Full Text,# Head,mistral"""
            + "\r\n"
            + """csv_0,book,T,,2020,,,,,,,two \\ strokes,csv"""
            + "\r\n";

        var documents = await _folder.ReadAsync(Path.Combine(_folder.Write("output.csv", table).Root, "output.csv"));

        Assert.Equal(["x \\alpha \"y\"", "# Head", @"two \\ strokes"], await Task.WhenAll(documents.Select(TextAsync)));
        Assert.Equal(
            ["text/csv; provider=legacy", "text/csv; provider=mistral", "text/csv; provider=csv"],
            documents.Select(d => d.File!.ContentType)
        );
        Assert.Equal(["csv/AAAA1111/a.pdf", "csv/AAAA1111/b.pdf", "csv/output.csv#csv_0/text"], documents.Select(d => d.Key));
        Assert.Equal("AAAA1111", documents[0].Item.ZoteroKey);
        Assert.Equal("Doe Jane, Institut", Bibliography.FormatAuthors(documents[0].Item.Creators));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "its columns are: a, b")]
    [InlineData("", "is empty")]
    public async Task A_table_without_a_text_column_is_refused_with_its_columns(string table, string sentence)
    {
        _folder.Write("t.csv", table);

        var refusal = await Assert.ThrowsAsync<SourceException>(() => _folder.ReadAsync(Path.Combine(_folder.Root, "t.csv")));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_that_never_closes_is_refused_with_its_place_before_it_fills_the_memory()
    {
        var table = "text\nfine\n\"open\n" + string.Concat(Enumerable.Repeat(new string('x', 1023) + "\n", 40_000));

        var refusal = await Assert.ThrowsAsync<SourceException>(() =>
            _folder.ReadAsync(Path.Combine(_folder.Write("t.csv", table).Root, "t.csv"))
        );

        Assert.Contains("never closed", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_separator_that_excel_names_is_taken()
    {
        var documents = await _folder.ReadAsync(Path.Combine(_folder.Write("t.csv", "sep=|\r\ntext|title\r\na,b;c|T\r\n").Root, "t.csv"));

        Assert.Equal("a,b;c", await TextAsync(Assert.Single(documents)));
    }

    [Fact]
    public void Several_tables_in_a_folder_are_refused_and_beside_pdfs_none_is_taken()
    {
        _folder.Write("a.csv", "text\nx\n").Write("b.csv", "text\ny\n");
        Assert.Contains(
            "several CSV",
            Assert.Throws<SourceException>(() => SourceFactory.Open(_folder.Root)).Message,
            StringComparison.Ordinal
        );

        _folder.WritePdf("c.pdf");
        Assert.Equal("pdf-folder", SourceFactory.Open(_folder.Root).Kind);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static async Task<string> TextAsync(SourceDocument document) =>
        Encoding.UTF8.GetString(await LibraryFolder.BytesAsync(document)).Replace("\r\n", "\n", StringComparison.Ordinal);
}
