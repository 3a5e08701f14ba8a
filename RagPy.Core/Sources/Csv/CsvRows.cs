using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace RagPy.Core.Sources.Csv;

/// <summary>Turns records of one CSV into documents.</summary>
/// <param name="fileName">Names the file in the place of a row that has no path, and tells its rows from those of other tables where a key only counts them.</param>
/// <param name="sharesNumbers">As <see cref="SourceOptions.SharesRowNumbers"/>.</param>
internal sealed class CsvRows(CsvColumns columns, string fileName, bool sharesNumbers)
{
    /// <summary>How often each document key came, by its hash.</summary>
    private readonly Dictionary<UInt128, int> _seen = [];

    /// <summary>The document of a record; null when all its fields are blank, or when it has no key and equals an earlier one in everything.</summary>
    /// <param name="row">1-based, the header not counted.</param>
    public SourceDocument? Read(string[] record, int row)
    {
        if (record.All(string.IsNullOrWhiteSpace))
        {
            return null;
        }

        var text = Plain(record, CsvColumns.Text).Trim();
        var item = Item(record);
        var file = columns.Of("filename", record);
        var place = columns.Of("path", record);
        var hasKey = columns.Of(CsvColumns.Key, record).Length > 0;
        if (
            Number(
                item.Key
                    + "/"
                    + (
                        file.Length > 0 ? file
                        : place.Length > 0 ? place
                        : "text"
                    ),
                out var key
            ) > 1
            && !hasKey
        )
        {
            return null;
        }

        // RFC 7111: a fragment that names a row of a CSV, the header being row 1.
        var path = place.Length > 0 ? place : string.Create(CultureInfo.InvariantCulture, $"{fileName}#row={row + 1}");

        return new SourceDocument(
            key,
            item,
            text.Length == 0 ? null : File(text, columns.Of(CsvColumns.Provider, record)),
            FileName: file,
            Path: path,
            AttachmentTitle: Plain(record, "attachment_title")
        );
    }

    private static SourceFile File(string text, string provider)
    {
        var bytes = Encoding.UTF8.GetBytes(UnicodeText.WellFormed(text));

        return new SourceFile(
            CsvText.ContentType(provider),
            bytes.Length,
            _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes, writable: false))
        );
    }

    private SourceItem Item(string[] record)
    {
        var key = columns.Of(CsvColumns.Key, record);

        var known =
            key.Length == 0 ? RowHash(record)
            : CsvItem.IsRowNumber(key) && !sharesNumbers ? $"{fileName}#{key}"
            : key;

        return CsvItem.Of(CsvItem.KeyOf(known), key, field => Plain(record, field));
    }

    /// <summary>
    /// A field's text. The original writes its own table with doubled backslashes, but copies the rows of an uploaded CSV without; the provider tells which
    /// of both a row is.
    /// </summary>
    private string Plain(string[] record, string field)
    {
        var value = columns.Of(field, record);
        var isEscaped = columns.IsCanonical && columns.Of(CsvColumns.Provider, record) is { Length: > 0 } and not CsvText.DefaultProvider;

        return isEscaped ? value.Replace(@"\\", @"\", StringComparison.Ordinal) : value;
    }

    /// <summary>A key that came before gets a number, so that no row is lost.</summary>
    private int Number(string wanted, out string key)
    {
        var hash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(wanted));
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, hash, out _);
        count++;
        key = count == 1 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}#{count}");

        return count;
    }

    private static string RowHash(string[] record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in record)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(field.Trim()));
            hash.AppendData([0x1F]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
