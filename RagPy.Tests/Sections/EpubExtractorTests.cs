using System.IO.Compression;
using RagPy.Core.Extraction;
using RagPy.Core.Extraction.Sections;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Sections;

public sealed class EpubExtractorTests : IDisposable
{
    private const string Container =
        """<?xml version="1.0"?><!DOCTYPE container SYSTEM "http://example.org/x.dtd"><container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>""";

    private const string Package = """
        <package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
        <dc:title>Le livre</dc:title><dc:language>fr</dc:language></metadata>
        <manifest><item id="a" href="text/a.xhtml"/><item id="b" href="text/b%20b.xhtml"/><item id="nav" href="nav.xhtml" properties="nav"/>
        <item id="out" href="../../etc/passwd"/></manifest>
        <spine><itemref idref="b"/><itemref idref="a"/><itemref idref="missing"/><itemref idref="out"/></spine></package>
        """;

    private const string Contents = """
        <html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="text/b%20b.xhtml#x">Chapitre premier</a></li><li><a href="text/a.xhtml">Suite</a></li></ol></nav></body></html>
        """;

    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public async Task A_book_is_read_in_the_order_of_its_spine_with_the_titles_of_its_contents()
    {
        Write(
            ("META-INF/container.xml", Container),
            ("OPS/book.opf", Package),
            ("OPS/nav.xhtml", Contents),
            ("OPS/text/a.xhtml", "<html><body><h2>Deuxième</h2><p>Fin de l’histoire.</p></body></html>"),
            ("OPS/text/b b.xhtml", "<?xml version='1.0'?><html><head><script src='x'/></head><body><p>Il était une fois.</p></body></html>")
        );

        var parts = await ReadAsync();

        var sections = parts.OfType<ExtractedPage>().ToList();
        Assert.Equal(["Il était une fois.", "Deuxième\n\nFin de l’histoire."], sections.Select(s => s.Text));
        Assert.Equal(["Chapitre premier", "Deuxième"], sections.Select(s => s.Label));
        var structure = (DocumentStructure)parts[^1];
        Assert.Equal(("Le livre", "fr", 2), (structure.Title, structure.Language, structure.PageCount));
        Assert.Equal([(1, "Chapitre premier", 1), (1, "Suite", 2)], structure.Outline.Select(e => (e.Level, e.Title, e.PageIndex!.Value)));
    }

    [Fact]
    public async Task A_protected_book_is_encrypted_and_obfuscated_fonts_are_no_protection()
    {
        const string Encrypted = """<encryption><EncryptedData><EncryptionMethod Algorithm="ALGORITHM"/></EncryptedData></encryption>""";
        string[] algorithms = ["http://www.idpf.org/2008/embedding", "http://www.w3.org/2001/04/xmlenc#aes128-cbc"];
        var outcomes = new List<string>();
        foreach (var algorithm in algorithms)
        {
            Write(
                ("META-INF/container.xml", Container),
                ("META-INF/encryption.xml", Encrypted.Replace("ALGORITHM", algorithm, StringComparison.Ordinal)),
                ("OPS/book.opf", Package),
                ("OPS/text/a.xhtml", "<p>Text.</p>")
            );
            outcomes.Add(await OutcomeAsync());
        }

        Assert.Equal(["read", "Encrypted"], outcomes);
    }

    [Theory]
    [InlineData("META-INF/container.xml", null, "Corrupt")]
    [InlineData("OPS/book.opf", null, "Corrupt")]
    [InlineData("OPS/book.opf", "<package><spine>", "Corrupt")]
    [InlineData("OPS/book.opf", "<package/>", "Corrupt")]
    [InlineData("OPS/text/a.xhtml", "<img/>", "Empty")]
    [InlineData(
        "META-INF/container.xml",
        """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><container><rootfile full-path="&b;"/></container>""",
        "Corrupt"
    )]
    public async Task A_broken_book_says_so(string name, string? content, string outcome)
    {
        var files = new Dictionary<string, string?>
        {
            ["META-INF/container.xml"] = Container,
            ["OPS/book.opf"] = Package,
            ["OPS/text/a.xhtml"] = "<p>Text.</p>",
            [name] = content,
        };
        Write([.. files.Where(file => file.Value is not null).Select(file => (file.Key, file.Value!))]);

        Assert.Equal(outcome, await OutcomeAsync());
    }

    [Fact]
    public async Task A_bomb_is_refused_and_what_is_no_archive_is_corrupt()
    {
        Write(("META-INF/container.xml", Container), ("OPS/book.opf", Package), ("OPS/text/a.xhtml", new string(' ', 64 << 20)));
        Assert.Equal("TooLarge", await OutcomeAsync());

        await File.WriteAllTextAsync(_path, "no archive", TestContext.Current.CancellationToken);
        Assert.Equal("Corrupt", await OutcomeAsync());
    }

    public void Dispose() => File.Delete(_path);

    private async Task<string> OutcomeAsync()
    {
        try
        {
            await ReadAsync();
            return "read";
        }
        catch (DocumentFailedException exception)
        {
            Assert.DoesNotContain(_path, exception.Failure.Reason, StringComparison.Ordinal);
            return exception.Failure.Code.ToString();
        }
    }

    private async Task<List<ExtractedPart>> ReadAsync() =>
        await new EpubExtractor()
            .ExtractAsync(_path, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    private void Write(params (string Name, string Content)[] files)
    {
        File.Delete(_path);
        using var archive = ZipFile.Open(_path, ZipArchiveMode.Create);
        foreach (var (name, content) in files)
        {
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write(content);
        }
    }
}
