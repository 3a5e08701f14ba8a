namespace RagPy.Core.Sources.Csv;

/// <summary>Columns of the original's table, in order; they are also keys of its chunk objects.</summary>
internal static class OriginalColumns
{
    public const string Text = "texteocr";

    public const string Provider = "texteocr_provider";

    /// <summary>Columns before the text.</summary>
    public static readonly string[] Metadata =
    [
        "itemKey",
        "type",
        "title",
        "abstract",
        "date",
        "url",
        "doi",
        "authors",
        "filename",
        "path",
        "attachment_title",
    ];

    /// <summary>All of them.</summary>
    public static readonly string[] All = [.. Metadata, Text, Provider];
}
