using System.Text.RegularExpressions;
using RagPy.Core.Sources;

namespace RagPy.Core.Zotero;

/// <summary>The bibliographic fields that RagPy keeps, under the names that Zotero gives them in different item types.</summary>
internal static partial class ZoteroFields
{
    private static readonly string[] s_title = ["title", "caseName", "nameOfAct", "subject"];
    private static readonly string[] s_date = ["date", "dateDecided", "dateEnacted", "issueDate", "filingDate"];
    private static readonly string[] s_publication =
    [
        "publicationTitle",
        "bookTitle",
        "proceedingsTitle",
        "encyclopediaTitle",
        "dictionaryTitle",
        "websiteTitle",
        "blogTitle",
        "forumTitle",
        "programTitle",
        "reporter",
        "code",
    ];

    /// <summary>Builds an item; <c>Key</c> is set afterwards.</summary>
    /// <param name="field">The value of a field by its Zotero name, trimmed, or empty.</param>
    public static SourceItem Read(string type, Func<string, string> field)
    {
        var title = JsonText.Line(First(field, s_title));
        var doi = First(field, ["DOI", "doi"]);

        return new SourceItem
        {
            Key = "",
            Type = type,
            Title = title,
            Abstract = JsonText.Plain(field("abstractNote")),
            Date = First(field, s_date),
            Url = field("url"),
            Doi = doi.Length > 0 ? doi : DoiLine().Match(field("extra")).Groups["doi"].Value,
            Language = field("language"),
            PublicationTitle = JsonText.Line(First(field, s_publication)),
        };
    }

    private static string First(Func<string, string> field, string[] names) =>
        names.Select(field).FirstOrDefault(text => text.Length > 0) ?? "";

    /// <summary>Zotero keeps the DOI of types without such a field as a line of <c>extra</c>.</summary>
    [GeneratedRegex(@"^\s*DOI\s*[:=]\s*(?<doi>10\.\S+)", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DoiLine();
}
