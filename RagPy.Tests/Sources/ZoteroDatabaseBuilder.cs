using Microsoft.Data.Sqlite;

namespace RagPy.Tests.Sources;

/// <summary>A data directory as Zotero 7 lays it out, reduced to the tables and columns that hold a library.</summary>
internal static class ZoteroDatabaseBuilder
{
    private const string Schema = """
        CREATE TABLE libraries (libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL);
        CREATE TABLE groups (groupID INTEGER PRIMARY KEY, libraryID INT NOT NULL UNIQUE, name TEXT NOT NULL);
        CREATE TABLE settings (setting TEXT, key TEXT, value, PRIMARY KEY (setting, key));
        CREATE TABLE itemTypesCombined (itemTypeID INT PRIMARY KEY, typeName TEXT NOT NULL);
        CREATE TABLE fieldsCombined (fieldID INT PRIMARY KEY, fieldName TEXT NOT NULL);
        CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, libraryID INT NOT NULL, key TEXT NOT NULL);
        CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
        CREATE TABLE itemData (itemID INT, fieldID INT, valueID INT, PRIMARY KEY (itemID, fieldID));
        CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
        CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
        CREATE TABLE itemCreators (itemID INT, creatorID INT, creatorTypeID INT, orderIndex INT);
        CREATE TABLE itemAttachments (itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, contentType TEXT, path TEXT);
        CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY);
        CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE itemTags (itemID INT, tagID INT, type INT);
        CREATE TABLE collections (collectionID INTEGER PRIMARY KEY, collectionName TEXT, parentCollectionID INT);
        CREATE TABLE collectionItems (collectionID INT, itemID INT);
        """;

    private const string Content = """
        INSERT INTO libraries VALUES (1, 'user'), (2, 'group'), (3, 'feed');
        INSERT INTO groups VALUES (456, 2, 'Group');
        INSERT INTO settings VALUES ('account', 'userID', 123), ('account', 'localUserKey', 'LOCALKEY');
        INSERT INTO itemTypesCombined VALUES (1, 'journalArticle'), (2, 'attachment'), (3, 'note'), (4, 'annotation');
        INSERT INTO fieldsCombined VALUES (1, 'title'), (2, 'date'), (3, 'abstractNote'), (4, 'DOI');
        INSERT INTO items VALUES (1, 1, 1, 'AAAAAAA1'), (2, 2, 1, 'BBBBBBB1'), (3, 2, 1, 'BBBBBBB3'), (4, 3, 1, 'NNNNNNN1'), (5, 2, 1, 'SSSSSSS1'),
          (6, 1, 1, 'TRASHED1'), (7, 2, 1, 'TRASHED2'), (8, 1, 2, 'GGGGGGG1'), (9, 2, 2, 'GGGGGGG2'), (10, 1, 3, 'FEEDITEM'), (11, 2, 1, 'BBBBBBB4'),
          (12, 2, 1, 'ORPHAN01'), (13, 1, 1, 'AAAAAAA3'), (14, 2, 1, 'BBBBBBB5'), (15, 2, 1, 'NOROW001'), (16, 4, 1, 'ANNOTATE');
        INSERT INTO deletedItems VALUES (6);
        INSERT INTO itemDataValues VALUES (1, 'On <i>Fresnel</i> lenses'), (2, '2011-05-17 17 mai 2011'), (3, 'Summary'), (4, 'Full Text'), (5, 1984);
        INSERT INTO itemData VALUES (1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 4), (8, 1, 5);
        INSERT INTO creatorTypes VALUES (1, 'author'), (2, 'editor');
        INSERT INTO creators VALUES (1, 'Jane', 'Doe', 0), (2, '', 'An Institution', 1), (3, NULL, 'Solo', 0);
        INSERT INTO itemCreators VALUES (1, 2, 2, 1), (1, 1, 1, 0), (1, 3, 1, 2);
        INSERT INTO itemAttachments VALUES (2, 1, 1, 'application/pdf', 'storage:a.pdf'), (3, 1, 1, 'text/html', 'storage:page.html'),
          (5, NULL, 0, 'application/pdf', 'storage:Standalone paper.pdf'), (7, 6, 0, 'application/pdf', 'storage:gone.pdf'),
          (9, 8, 0, 'application/pdf', 'storage:g.pdf'), (11, 1, 3, 'text/html', NULL), (12, 99, 0, 'application/pdf', 'storage:orphan.pdf'),
          (14, 13, 2, 'application/pdf', 'attachments:linked.pdf');
        INSERT INTO tags VALUES (1, 'sea'), (2, 'light');
        INSERT INTO itemTags VALUES (1, 1, 0), (1, 2, 1);
        INSERT INTO collections VALUES (1, 'Phares', NULL), (2, 'Optique', 1);
        INSERT INTO collectionItems VALUES (2, 1);
        """;

    /// <summary>Writes the data directory and gives its path.</summary>
    public static string Write(LibraryFolder folder)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder.Root, "zotero.sqlite"), Pooling = false };
        using var database = new SqliteConnection(connection.ToString());
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = Schema + Content;
        command.ExecuteNonQuery();
        folder
            .WritePdf("storage/BBBBBBB1/a.pdf")
            .Write("storage/BBBBBBB3/page.html", "<html>")
            .WritePdf("storage/SSSSSSS1/Standalone paper.pdf")
            .WritePdf("storage/TRASHED2/gone.pdf")
            .WritePdf("storage/ORPHAN01/orphan.pdf")
            .WritePdf("storage/GGGGGGG2/g.pdf");

        return folder.Root;
    }
}
