using Microsoft.Data.Sqlite;
using RagPy.Core.Sources;
using Xunit;

namespace RagPy.Tests.Sources;

public sealed class ZoteroDataDirectoryTests : IAsyncDisposable
{
    private readonly LibraryFolder _folder = new();

    [Fact]
    public async Task Items_groups_standalone_and_orphan_attachments_are_read_and_the_bin_is_not()
    {
        var documents = await _folder.ReadAsync(ZoteroDatabaseBuilder.Write(_folder));

        Assert.Equal(
            [
                "users/123/AAAAAAA1/BBBBBBB1 a.pdf ",
                "users/123/AAAAAAA1/BBBBBBB3 page.html ",
                "users/123/SSSSSSS1/SSSSSSS1 Standalone paper.pdf ",
                "groups/456/GGGGGGG1/GGGGGGG2 g.pdf ",
                "users/123/ORPHAN01/ORPHAN01 orphan.pdf ",
                "users/123/AAAAAAA3/BBBBBBB5 linked.pdf MissingFile",
                "users/123/NOROW001  ",
            ],
            documents.Select(document => $"{document.Key} {document.FileName} {document.Failure?.Code}")
        );
        var item = documents[0].Item;
        Assert.Equal(("On Fresnel lenses", "17 mai 2011", "Summary"), (item.Title, item.Date, item.Abstract));
        Assert.Equal([new("author", "Doe", "Jane"), new("editor", "An Institution", ""), new("author", "Solo", "")], item.Creators);
        Assert.Equal(["light", "sea"], item.Tags);
        Assert.Equal(["Phares/Optique"], item.Collections);
        Assert.Equal("Full Text", documents[0].AttachmentTitle);
        Assert.Equal("1984", documents[3].Item.Title);
        Assert.Contains("linked", documents[5].Failure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_found_by_its_parent_and_by_its_database()
    {
        await using var home = new LibraryFolder();
        ZoteroDatabaseBuilder.Write(_folder);
        Directory.Move(_folder.Root, Path.Combine(home.Root, "Zotero"));
        Directory.CreateDirectory(_folder.Root);

        var byParent = await _folder.ReadAsync(home.Root);
        var byDatabase = await _folder.ReadAsync(Path.Combine(home.Root, "Zotero", "zotero.sqlite"));

        Assert.Equal(7, byParent.Count);
        Assert.Equal(byParent.Select(document => document.Key), byDatabase.Select(document => document.Key));
    }

    [Fact]
    public async Task A_database_that_Zotero_is_writing_to_is_read_as_last_committed_and_left_alone()
    {
        ZoteroDatabaseBuilder.Write(_folder);
        using var zotero = new SqliteConnection($"Data Source={Path.Combine(_folder.Root, "zotero.sqlite")};Pooling=False");
        zotero.Open();
        Run(zotero, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN EXCLUSIVE; DELETE FROM items;");
        Run(
            zotero,
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO items SELECT i, 1, 1, 'X' || i FROM n;"
        );
        var before = Directory.GetFiles(_folder.Root).ToDictionary(file => file, file => new FileInfo(file).Length);

        var documents = await _folder.ReadAsync(_folder.Root);

        Assert.Equal(7, documents.Count);
        Assert.Contains(before.Keys, file => file.EndsWith("-journal", StringComparison.Ordinal));
        Assert.Equal(before, Directory.GetFiles(_folder.Root).ToDictionary(file => file, file => new FileInfo(file).Length));
    }

    [Fact]
    public async Task A_write_ahead_log_beside_the_database_is_part_of_it()
    {
        ZoteroDatabaseBuilder.Write(_folder);
        using var zotero = new SqliteConnection($"Data Source={Path.Combine(_folder.Root, "zotero.sqlite")};Pooling=False");
        zotero.Open();
        Run(zotero, "PRAGMA journal_mode = WAL; INSERT INTO deletedItems VALUES (1);");

        Assert.DoesNotContain(await _folder.ReadAsync(_folder.Root), document => document.Item.ZoteroKey == "AAAAAAA1");
    }

    [Fact]
    public async Task A_library_that_was_never_synchronised_is_named_as_in_its_exports()
    {
        ZoteroDatabaseBuilder.Write(_folder);
        using (var zotero = new SqliteConnection($"Data Source={Path.Combine(_folder.Root, "zotero.sqlite")};Pooling=False"))
        {
            zotero.Open();
            Run(zotero, "DELETE FROM settings WHERE key = 'userID';");
        }

        Assert.Equal("users/local/LOCALKEY/AAAAAAA1/BBBBBBB1", (await _folder.ReadAsync(_folder.Root))[0].Key);
    }

    [Fact]
    public async Task Another_programs_database_and_a_damaged_one_are_refused_with_a_sentence()
    {
        var path = Path.Combine(_folder.Root, "zotero.sqlite");
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            Run(other, "CREATE TABLE t (x);");
        }

        Assert.Contains(
            "Zotero 5",
            (await Assert.ThrowsAsync<SourceException>(() => _folder.ReadAsync(path))).Message,
            StringComparison.Ordinal
        );
        await File.WriteAllTextAsync(path, "SQLite format 3\0 and then nothing of the kind");
        await Assert.ThrowsAsync<SourceException>(() => _folder.ReadAsync(path));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static void Run(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
