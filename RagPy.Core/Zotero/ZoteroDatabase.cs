using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>A snapshot of <c>zotero.sqlite</c>, of the schema that Zotero 5 to 7 share. One item is in memory at a time.</summary>
internal sealed partial class ZoteroDatabase : IDisposable
{
    /// <summary>Not in the bin, nor a child of what is.</summary>
    private const string NotDeleted = "NOT EXISTS (SELECT 1 FROM deletedItems d WHERE d.itemID = i.itemID)";

    private readonly string _original;
    private readonly DatabaseSnapshot _snapshot;
    private readonly SqliteConnection _connection;
    private readonly ZoteroCollections _collections = new();
    private readonly Dictionary<long, string> _libraries = [];

    private ZoteroDatabase(string original, DatabaseSnapshot snapshot)
    {
        _original = original;
        _snapshot = snapshot;
        var connection = new SqliteConnectionStringBuilder { DataSource = snapshot.Path, Pooling = false };
        _connection = new SqliteConnection(connection.ToString());
    }

    /// <summary>Copies and opens a database.</summary>
    /// <exception cref="SourceException">It cannot be copied, is damaged, or is not Zotero's.</exception>
    public static async Task<ZoteroDatabase> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var database = new ZoteroDatabase(path, await DatabaseSnapshot.TakeAsync(path, cancellationToken));
        try
        {
            await database._connection.OpenAsync(cancellationToken);
            database.ReadLibraries();
            database.ReadCollections();

            return database;
        }
        catch (SqliteException e)
        {
            database.Dispose();
            throw database.Unreadable(e);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _snapshot.Dispose();
    }

    /// <summary>Ids of the bibliographic items and of the attachments without one, in the order in which they were added.</summary>
    public List<long> ItemIds() =>
        Rows(
            $"""
            SELECT i.itemID FROM items i
            JOIN itemTypesCombined t ON t.itemTypeID = i.itemTypeID
            LEFT JOIN itemAttachments a ON a.itemID = i.itemID
            WHERE {NotDeleted} AND t.typeName NOT IN ('note', 'annotation')
              AND i.libraryID NOT IN (SELECT libraryID FROM libraries WHERE type = 'feed')
              AND NOT EXISTS (SELECT 1 FROM items p WHERE p.itemID = a.parentItemID)
            ORDER BY i.itemID
            """,
            null,
            row => Number(row, 0)
        );

    /// <summary>Attachments that lie elsewhere on the machine, with their paths only.</summary>
    public List<ZoteroAttachment> LinkedFiles() =>
        Rows(
            $"SELECT a.path FROM itemAttachments a JOIN items i ON i.itemID = a.itemID WHERE a.linkMode = 2 AND {NotDeleted}",
            null,
            row => new ZoteroAttachment { Path = Text(row, 0) }
        );

    /// <summary>One item with its attachments.</summary>
    public ZoteroEntry Entry(long id)
    {
        var (key, libraryId, type) = Rows(
            "SELECT i.key, i.libraryID, t.typeName FROM items i JOIN itemTypesCombined t ON t.itemTypeID = i.itemTypeID WHERE i.itemID = @id",
            id,
            row => (Text(row, 0), Number(row, 1), Text(row, 2))
        )[0];
        var library = _libraries.GetValueOrDefault(libraryId, "");
        var fields = ZoteroFields.Read(type, Fields(id)) with
        {
            Tags = Rows(
                "SELECT t.name FROM itemTags i JOIN tags t ON t.tagID = i.tagID WHERE i.itemID = @id ORDER BY t.name",
                id,
                row => Text(row, 0)
            ),
            Collections = _collections.NamesOf(
                [],
                Rows(
                    "SELECT collectionID FROM collectionItems WHERE itemID = @id",
                    id,
                    row => Number(row, 0).ToString(CultureInfo.InvariantCulture)
                )
            ),
        };
        if (type == "attachment")
        {
            var self = Attachments("i.itemID = @id", id);

            var attachment = self is [var only, ..] ? only : new ZoteroAttachment { Key = key, IsLink = true };

            return new ZoteroEntry(ZoteroEntryReader.Standalone(fields, library, attachment), self, IsAttachment: true);
        }

        var item = fields with { Key = ZoteroIdentity.ItemKey(library, key), ZoteroKey = key, Library = library, Creators = Creators(id) };

        return new ZoteroEntry(item, Attachments("a.parentItemID = @id", id));
    }

    private List<ZoteroAttachment> Attachments(string condition, long id) =>
        Rows(
            $"""
            SELECT i.key, a.path, a.contentType, a.linkMode,
              (SELECT v.value FROM itemData x JOIN fieldsCombined f ON f.fieldID = x.fieldID JOIN itemDataValues v ON v.valueID = x.valueID
               WHERE x.itemID = i.itemID AND f.fieldName = 'title')
            FROM itemAttachments a JOIN items i ON i.itemID = a.itemID
            WHERE {condition} AND {NotDeleted} ORDER BY i.itemID
            """,
            id,
            row => new ZoteroAttachment
            {
                Key = Text(row, 0),
                Path = Text(row, 1),
                ContentType = Text(row, 2).ToLowerInvariant(),
                IsLink = Number(row, 3) is 3 or 4,
                Title = JsonText.Line(Text(row, 4)),
            }
        );

    private List<Creator> Creators(long id) =>
        Rows(
            """
            SELECT t.creatorType, c.lastName, c.firstName FROM itemCreators i
            JOIN creators c ON c.creatorID = i.creatorID JOIN creatorTypes t ON t.creatorTypeID = i.creatorTypeID
            WHERE i.itemID = @id ORDER BY i.orderIndex
            """,
            id,
            row => new Creator(Text(row, 0), JsonText.Line(Text(row, 1)), JsonText.Line(Text(row, 2)))
        );

    private Func<string, string> Fields(long id)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var (name, value) in Rows(
                """
                SELECT f.fieldName, v.value FROM itemData i
                JOIN fieldsCombined f ON f.fieldID = i.fieldID JOIN itemDataValues v ON v.valueID = i.valueID WHERE i.itemID = @id
                """,
                id,
                row => (Text(row, 0), Text(row, 1))
            )
        )
        {
            fields[name] = MultipartDate().Match(value) is { Success: true } date ? date.Groups["written"].Value : value;
        }

        return name => fields.GetValueOrDefault(name, "");
    }

    /// <summary>Names of libraries as Zotero's own URIs have them (chrome/content/zotero/xpcom/uri.js).</summary>
    private void ReadLibraries()
    {
        var account = Rows("SELECT key, value FROM settings WHERE setting = 'account'", null, row => (Text(row, 0), Text(row, 1)))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);
        var personal =
            account.TryGetValue("userID", out var user) ? "users/" + user
            : account.TryGetValue("localUserKey", out var local) ? "users/local/" + local
            : "";
        var libraries = Rows(
            "SELECT l.libraryID, g.groupID FROM libraries l LEFT JOIN groups g ON g.libraryID = l.libraryID",
            null,
            row => (Number(row, 0), Text(row, 1))
        );
        foreach (var (id, group) in libraries)
        {
            _libraries[id] = group.Length > 0 ? "groups/" + group : personal;
        }
    }

    private void ReadCollections()
    {
        // Zotero has had a bin for collections since version 6.
        var bin = Rows("SELECT name FROM sqlite_master WHERE name = 'deletedCollections'", null, row => Text(row, 0)).Count > 0;
        var rows = Rows(
            "SELECT collectionID, collectionName, parentCollectionID FROM collections"
                + (bin ? " WHERE collectionID NOT IN (SELECT collectionID FROM deletedCollections)" : ""),
            null,
            row => (Text(row, 0), Text(row, 1), Text(row, 2))
        );
        foreach (var (id, name, parent) in rows)
        {
            _collections.Add(id, name, parent);
        }
    }

    private List<T> Rows<T>(string sql, long? id, Func<SqliteDataReader, T> read)
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            if (id is not null)
            {
                command.Parameters.AddWithValue("@id", id);
            }

            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        catch (SqliteException e)
        {
            throw Unreadable(e);
        }
    }

    private SourceException Unreadable(SqliteException e) =>
        new(
            $"'{_original}' cannot be read as a database of Zotero 5 or later: {e.Message} Open it in Zotero once, or give an export instead.",
            e
        );

    /// <summary>SQLite types each value by itself: a year may be stored as a number.</summary>
    private static string Text(SqliteDataReader row, int column) =>
        row.IsDBNull(column)
            ? ""
            : UnicodeText.WellFormed(Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture) ?? "").Trim();

    private static long Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetInt64(column);

    /// <summary>Zotero stores a date sortable and as written: <c>2011-05-17 17 mai 2011</c>.</summary>
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2} (?<written>.+)$", RegexOptions.Singleline)]
    private static partial Regex MultipartDate();
}
