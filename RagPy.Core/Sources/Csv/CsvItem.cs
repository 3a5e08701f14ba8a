using System.Text.RegularExpressions;

namespace RagPy.Core.Sources.Csv;

/// <summary>The bibliographic item that fields with the names of a table describe.</summary>
internal static partial class CsvItem
{
    private static readonly char[] s_tagSeparators = [';', '|'];

    /// <summary>The key under which a project knows the item of an <c>itemKey</c>: the same for the original's table and its chunk files.</summary>
    public static string KeyOf(string itemKey) => "csv/" + itemKey;

    /// <summary>Whether an <c>itemKey</c> only counts the rows of an uploaded table, as the original does: <c>csv_0</c> is the first of any.</summary>
    public static bool IsRowNumber(string itemKey) => RowNumber().IsMatch(itemKey);

    /// <param name="key"><see cref="SourceItem.Key"/>.</param>
    /// <param name="itemKey">What stands in <c>itemKey</c>.</param>
    /// <param name="field">Gives a field's value by the name of <see cref="CsvColumns"/>.</param>
    public static SourceItem Of(string key, string itemKey, Func<string, string> field) =>
        new()
        {
            Key = key,
            ZoteroKey = ZoteroKey().IsMatch(itemKey) ? itemKey : "",
            Type = field("type"),
            Title = field("title"),
            Abstract = field("abstract"),
            Creators = CsvAuthors.Read(field("authors")),
            Date = field("date"),
            Url = field("url"),
            Doi = field("doi"),
            Language = field("language"),
            PublicationTitle = field("publication"),
            Tags = [.. field("tags").Split(s_tagSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
        };

    [GeneratedRegex(@"^csv_[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RowNumber();

    [GeneratedRegex(@"^[A-Z0-9]{8}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoteroKey();
}
