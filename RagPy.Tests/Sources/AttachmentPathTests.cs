using System.Text;
using CsCheck;
using RagPy.Core.Pipeline;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

/// <summary>Every shape in which an export may name a file, through the source as a whole.</summary>
public sealed class AttachmentPathTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Theory]
    [InlineData("files/12/x y.pdf", "files/12/x y.pdf")]
    [InlineData(@"files\12\x y.pdf", "files/12/x y.pdf")]
    [InlineData("./files/12/x y.pdf", "files/12/x y.pdf")]
    [InlineData("files/12/x%20y.pdf", "files/12/x y.pdf")]
    [InlineData("files/12/100%20%.pdf", "files/12/100%20%.pdf")]
    [InlineData("files/12/X Y.PDF", "files/12/x y.pdf")]
    [InlineData("files/12/Resume cafe.pdf", "files/12/Résumé café.pdf")]
    [InlineData("files/12/Re\u0301sume\u0301 cafe\u0301.pdf", "files/12/Résumé café.pdf")]
    [InlineData("files/12/Résumé café.pdf", "files/12/Re\u0301sume\u0301 cafe\u0301.pdf")]
    [InlineData("files/12/toy.pdf", "files/12/sub/toy.pdf")]
    [InlineData("files/12/a\\b.pdf", "files/12/a\\b.pdf")]
    [InlineData("storage:x.pdf", "storage/KEYKEY12/x.pdf")]
    [InlineData("storage:x.pdf", "files/KEYKEY12/x.pdf")]
    [InlineData("attachments:Papers/x.pdf", "Papers/x.pdf")]
    [InlineData("/home/me/Zotero/storage/KEYKEY12/x.pdf", "storage/KEYKEY12/x.pdf")]
    [InlineData(@"C:\Users\me\Zotero\storage\KEYKEY12\x.pdf", "storage/KEYKEY12/x.pdf")]
    [InlineData(@"\\server\share\Zotero\storage\KEYKEY12\x.pdf", "storage/KEYKEY12/x.pdf")]
    [InlineData("file:///home/me/Zotero/storage/KEYKEY12/x%20y.pdf", "storage/KEYKEY12/x y.pdf")]
    [InlineData("file:///C:/Users/me/Zotero/storage/KEYKEY12/x.pdf", "storage/KEYKEY12/x.pdf")]
    [InlineData("file://localhost/old/place/files/12/x.pdf", "files/12/x.pdf")]
    public async Task A_path_finds_its_file(string named, string file)
    {
        _folder.WritePdf(file);

        foreach (var location in new[] { Export(named), _folder.Zip(), _folder.Zip("My Library/") })
        {
            var document = Assert.Single(await _folder.ReadAsync(location));

            Assert.Null(document.Failure);
            Assert.Equal(LibraryFolder.Pdf(file), await LibraryFolder.BytesAsync(document));
        }
    }

    [Theory]
    [InlineData("files/12/Vol 2.pdf", "files/12/Vol 1.pdf")]
    [InlineData("files/12/cd.pdf", "files/12/ab.pdf")]
    [InlineData("files/12/论文.pdf", "files/12/报告.pdf")]
    [InlineData("files/12/report2021.pdf", "files/12/report2019.pdf")]
    [InlineData("storage:x.pdf", "storage/OTHERKEY/x.pdf")]
    [InlineData("files/12/x.pdf", "files/13/x.pdf")]
    [InlineData("../outside.pdf", "files/12/outside.pdf")]
    [InlineData("files/../../../etc/passwd.pdf", "files/12/passwd.pdf")]
    [InlineData("/etc/no-such-file.pdf", "files/12/no-such-file.pdf")]
    [InlineData("\0.pdf", "files/12/x.pdf")]
    public async Task A_path_never_finds_another_file(string named, string file)
    {
        _folder.WritePdf(file);

        foreach (var location in new[] { Export(named), _folder.Zip() })
        {
            var document = Assert.Single(await _folder.ReadAsync(location));

            Assert.Null(document.File);
            Assert.Equal(FailureCode.MissingFile, document.Failure!.Code);
        }
    }

    [Fact]
    public async Task A_name_that_two_files_resemble_names_both_in_its_reason()
    {
        _folder.WritePdf("files/1/Résumé.pdf").WritePdf("files/1/Resumé.pdf");

        var document = Assert.Single(await _folder.ReadAsync(Export("files/1/Resume.pdf")));

        Assert.Equal(FailureCode.MissingFile, document.Failure!.Code);
        Assert.Contains("files/1/Résumé.pdf", document.Failure.Reason, StringComparison.Ordinal);
        Assert.Contains("files/1/Resumé.pdf", document.Failure.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("files/1/Resume.pdf", "files/1/Résumé.pdf")]
    [InlineData("files/1/Résumé.pdf", "files/1/Resume.pdf")]
    public async Task A_file_named_exactly_is_not_given_to_what_resembles_it(string first, string second)
    {
        _folder.WritePdf("files/1/Résumé.pdf");

        var documents = await _folder.ReadAsync(Export(first, second));

        Assert.Equal("Résumé.pdf", Assert.Single(documents, document => document.File is not null).FileName);
    }

    [Fact]
    public async Task A_file_serves_only_one_of_those_that_resemble_it()
    {
        _folder.WritePdf("files/1/Résumé.pdf");

        var documents = await _folder.ReadAsync(Export("files/1/Resume.pdf", "files/1/RÉSUMÉ.pdf"));

        Assert.Single(documents, document => document.File is not null);
    }

    [Fact]
    public async Task An_absolute_path_is_read_for_its_owner_and_for_nobody_else()
    {
        var elsewhere = Path.Combine(_folder.Outside, "elsewhere.pdf");
        await File.WriteAllBytesAsync(elsewhere, LibraryFolder.Pdf("elsewhere"));
        var location = Export(elsewhere);

        Assert.NotNull(Assert.Single(await _folder.ReadAsync(location, SourceOptions.Local)).File);
        Assert.Null(Assert.Single(await _folder.ReadAsync(location, new SourceOptions())).File);
        Assert.Null(Assert.Single(await _folder.ReadAsync(_folder.Zip(), SourceOptions.Local)).File);
    }

    [Fact]
    public async Task Files_of_one_name_in_two_folders_outside_are_not_confused()
    {
        foreach (var folder in (string[])["a", "b"])
        {
            Directory.CreateDirectory(Path.Combine(_folder.Outside, folder));
            await File.WriteAllBytesAsync(Path.Combine(_folder.Outside, folder, "Résumé.pdf"), LibraryFolder.Pdf(folder));
        }

        var documents = await _folder.ReadAsync(
            Export(Path.Combine(_folder.Outside, "a/Resume.pdf"), Path.Combine(_folder.Outside, "b/Re\u0301sume\u0301.pdf"))
        );

        Assert.Equal([LibraryFolder.Pdf("a"), LibraryFolder.Pdf("b")], await Task.WhenAll(documents.Select(LibraryFolder.BytesAsync)));
    }

    [Fact]
    public async Task A_link_out_of_the_folder_is_followed_for_its_owner_and_for_nobody_else()
    {
        var elsewhere = Path.Combine(_folder.Outside, "elsewhere.pdf");
        await File.WriteAllBytesAsync(elsewhere, LibraryFolder.Pdf("elsewhere"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "files"));
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "files", "x.pdf"), elsewhere);
        var location = Export("files/x.pdf");

        Assert.NotNull(Assert.Single(await _folder.ReadAsync(location, SourceOptions.Local)).File);
        Assert.Null(Assert.Single(await _folder.ReadAsync(location, new SourceOptions())).File);
    }

    [Fact]
    public Task No_path_leads_outside_or_ends_the_reading() =>
        Gen.OneOf(
                Gen.String[Gen.Char["./\\:%2eAf~ \0é\uD83D"], 0, 24],
                Gen.String,
                Gen.OneOfConst("../", "..\\", "storage:", "attachments:", "file://", "/", "C:\\", "%2e%2e/", "secret.pdf")
                    .List[1, 6]
                    .Select(string.Concat)
            )
            .SampleAsync(
                async named =>
                {
                    await using var folder = new LibraryFolder();
                    await File.WriteAllBytesAsync(Path.Combine(folder.Outside, "secret.pdf"), LibraryFolder.Pdf("secret"));
                    folder.Write("library.json", Json(named)).WritePdf("files/1/x.pdf");

                    foreach (var document in await folder.ReadAsync(folder.Root, new SourceOptions()))
                    {
                        if (document.File is not null)
                        {
                            Assert.NotEqual(LibraryFolder.Pdf("secret"), await LibraryFolder.BytesAsync(document));
                        }
                    }
                },
                iter: 300
            );

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static string Json(params string[] paths)
    {
        var attachments = paths.Select(path => new
        {
            path,
            key = paths.Length == 1 ? "KEYKEY12" : "",
            contentType = "application/pdf",
        });

        return System.Text.Json.JsonSerializer.Serialize(
            new[]
            {
                new
                {
                    key = "ITEMITEM",
                    itemType = "book",
                    title = "T",
                    attachments,
                },
            }
        );
    }

    private string Export(params string[] paths) => _folder.Write("library.json", Encoding.UTF8.GetBytes(Json(paths))).Root;
}
