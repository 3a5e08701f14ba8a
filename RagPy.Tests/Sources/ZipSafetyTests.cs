using System.IO.Compression;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class ZipSafetyTests : IAsyncDisposable
{
    private const string Json =
        """[{"key": "AAAAAAA1", "itemType": "book", "title": "T", "attachments": [{"path": "NAME", "contentType": "application/pdf"}]}]""";

    private readonly LibraryFolder _folder = new();

    [Theory]
    [InlineData("../evil.pdf")]
    [InlineData("files/../../evil.pdf")]
    [InlineData("/evil.pdf")]
    [InlineData("C:/evil.pdf")]
    [InlineData(@"..\evil.pdf")]
    public async Task An_entry_that_climbs_out_is_not_there(string name)
    {
        var zip = Zip(archive => Add(archive, name, LibraryFolder.Pdf("evil")), name);

        Assert.Equal(FailureCode.MissingFile, Assert.Single(await _folder.ReadAsync(zip)).Failure?.Code);
    }

    [Fact]
    public async Task A_symbolic_link_is_not_there()
    {
        var zip = Zip(
            archive =>
            {
                Add(archive, "link.pdf", "/etc/passwd"u8.ToArray());
                archive.GetEntry("link.pdf")!.ExternalAttributes = unchecked((int)0xA1FF0000);
            },
            "link.pdf"
        );

        Assert.Equal(FailureCode.MissingFile, Assert.Single(await _folder.ReadAsync(zip)).Failure?.Code);
    }

    [Fact]
    public void An_archive_that_unpacks_out_of_proportion_is_refused()
    {
        var zip = Zip(archive => Add(archive, "bomb.pdf", new byte[64 << 20]), "bomb.pdf");

        Assert.Contains("unpack", Assert.Throws<SourceException>(() => SourceFactory.Open(zip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_unpacks_out_of_proportion_fails_alone()
    {
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        var zip = Zip(
            archive =>
            {
                Add(archive, "noise.bin", noise);
                Add(archive, "bomb.pdf", new byte[32 << 20]);
            },
            "bomb.pdf"
        );

        var document = Assert.Single(await _folder.ReadAsync(zip));
        var failure = await Assert.ThrowsAsync<DocumentFailedException>(() => LibraryFolder.BytesAsync(document));

        Assert.Equal(FailureCode.TooLarge, failure.Failure.Code);
    }

    [Fact]
    public void Too_many_entries_are_refused()
    {
        var zip = Zip(archive => Enumerable.Range(0, 20).ToList().ForEach(i => Add(archive, $"{i}.pdf", [1])), "0.pdf");
        var options = new SourceOptions { Archive = new ArchiveLimits { MaxEntries = 10 } };

        Assert.Contains(
            "entries",
            Assert.Throws<SourceException>(() => SourceFactory.Open(zip, options)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_directory_that_holds_more_than_it_says_is_refused_before_it_is_read()
    {
        const int entryLength = 47;
        var entries = new byte[800_000 * entryLength];
        for (var at = 0; at < entries.Length; at += entryLength)
        {
            "PK\u0001\u0002"u8.CopyTo(entries.AsSpan(at));
            entries[at + 28] = 1;
            entries[at + 46] = (byte)'a';
        }

        byte[] end = [.. "PK\u0005\u0006"u8, 0, 0, 0, 0, 1, 0, 1, 0, .. BitConverter.GetBytes(entries.Length), 0, 0, 0, 0, 0, 0];
        var zip = Path.Combine(_folder.Outside, "many.zip");
        File.WriteAllBytes(zip, [.. entries, .. end]);
        // Recognised by its beginning like any other.
        using (var file = File.OpenWrite(zip))
        {
            file.Write("PK\u0003\u0004"u8);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<SourceException>(() => SourceFactory.Open(zip));

        Assert.Contains("directory", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Theory]
    [InlineData("../evil.pdf")]
    [InlineData("/evil/")]
    [InlineData("a/./b.pdf")]
    public void An_archive_that_was_sent_is_refused_for_one_name_that_leads_outside(string name)
    {
        var zip = Zip(archive => archive.CreateEntry(name), "x.pdf");
        var options = new SourceOptions { Archive = new ArchiveLimits { RefuseUnsafeEntries = true } };

        var refusal = Assert.Throws<SourceException>(() => SourceFactory.Open(zip, options));

        Assert.Contains($"'{name}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_within_the_archive_fails_one_document()
    {
        var noise = new byte[1 << 16];
        new Random(1).NextBytes(noise);
        var zip = Zip(archive => Add(archive, "x.pdf", noise, CompressionLevel.NoCompression), "x.pdf");
        var bytes = await File.ReadAllBytesAsync(zip);
        var at = bytes.AsSpan().IndexOf(noise.AsSpan(1000, 16));
        bytes[at] ^= 0xFF;
        await File.WriteAllBytesAsync(zip, bytes);

        var document = Assert.Single(await _folder.ReadAsync(zip));
        var read = await Record.ExceptionAsync(() => LibraryFolder.BytesAsync(document));

        Assert.True(read is null or DocumentFailedException, read?.ToString());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void An_incomplete_archive_is_refused_with_a_sentence(int bytes)
    {
        var zip = Zip(archive => Add(archive, "x.pdf", LibraryFolder.Pdf("x")), "x.pdf");
        File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..bytes]);

        Assert.Contains("incomplete", Assert.Throws<SourceException>(() => SourceFactory.Open(zip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_written_by_Windows_are_read()
    {
        // "Résumé.pdf" in code page 850, with a backslash and without the UTF-8 mark.
        var stand = Zip(archive => Add(archive, "files/R_sum_.pdf", LibraryFolder.Pdf("r")), "files/Résumé.pdf");
        var bytes = await File.ReadAllBytesAsync(stand);
        var ascii = "files/R_sum_.pdf"u8.ToArray();
        byte[] dos = [.. "files\\R"u8, 0x82, .. "sum"u8, 0x82, .. ".pdf"u8];
        for (var at = 0; bytes.AsSpan(at).IndexOf(ascii) is >= 0 and var next; at += next + dos.Length)
        {
            dos.CopyTo(bytes, at + next);
        }

        await File.WriteAllBytesAsync(stand, bytes);

        Assert.Equal(LibraryFolder.Pdf("r"), await LibraryFolder.BytesAsync(Assert.Single(await _folder.ReadAsync(stand))));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static void Add(ZipArchive archive, string name, byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var stream = archive.CreateEntry(name, level).Open();
        stream.Write(content);
    }

    private string Zip(Action<ZipArchive> fill, string named)
    {
        var path = Path.Combine(_folder.Outside, "test.zip");
        using (var stream = File.Create(path))
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update))
        {
            fill(archive);
            Add(archive, "library.json", System.Text.Encoding.UTF8.GetBytes(Json.Replace("NAME", named.Replace(@"\", @"\\"))));
        }

        return path;
    }
}
