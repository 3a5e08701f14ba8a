using System.Text;

namespace RagPy.Ingestion.Commands;

/// <summary>Search results for a person: the citation, then the part of the passage around the quote with the hits marked.</summary>
internal static class SearchText
{
    private const int ContextLength = 240;
    private const string MarkStart = "\u001b[1;33m";
    private const string MarkEnd = "\u001b[0m";

    /// <param name="marksWithColor">Marks hits by color, for a terminal; otherwise by «…».</param>
    public static void Write(TextWriter writer, SearchReport report, bool marksWithColor)
    {
        if (report.Results.Count == 0)
            writer.WriteLine($"Nothing found in project '{report.Project}'.");
        foreach (var result in report.Results)
        {
            writer.WriteLine($"{result.Rank}. {Citation(result)}");
            if (result.File.Length > 0)
                writer.WriteLine($"   {result.File}");
            writer.WriteLine(Indent(Excerpt(result, marksWithColor)));
            writer.WriteLine();
        }

        if (report.Approximate && report.Results.Count > 0)
            writer.WriteLine("Dense scores come from the approximate offline embedding.");
    }

    private static string Citation(SearchReport.Result result)
    {
        var authors = result.Authors.Count switch
        {
            0 => "",
            <= 3 => $" — {string.Join(", ", result.Authors)}",
            _ => $" — {result.Authors[0]} et al.",
        };
        var year = result.Year is { } number ? $" ({number})" : "";
        var page = result.Page switch
        {
            null when result.Section is { Label: { } heading } => $", “{heading}”",
            null when result.Section is not null => "",
            null => ", title and abstract",
            { Label: null, Index: var index } => $", page {index} of the file",
            { Label: var label, Index: var index } when label == $"{index}" => $", p. {label}",
            { Label: var label, Index: var index } => $", p. {label} (page {index} of the file)",
        };

        return $"{result.Title}{authors}{year}{page}";
    }

    /// <summary>The quote with as much around it as fits, whole words only, hits marked.</summary>
    private static string Excerpt(SearchReport.Result result, bool marksWithColor)
    {
        var passage = result.Passage;
        var room = Math.Max(0, ContextLength - (result.Quote.End - result.Quote.Start)) / 2;
        var start = WordStart(passage, Math.Max(0, result.Quote.Start - room));
        var end = WordEnd(passage, Math.Min(passage.Length, result.Quote.End + room));
        var text = new StringBuilder(start > 0 ? "…" : "");
        var at = start;
        foreach (var mark in result.Highlights.Where(mark => mark[0] >= start && mark[1] <= end))
        {
            text.Append(passage, at, mark[0] - at).Append(marksWithColor ? MarkStart : "«");
            text.Append(passage, mark[0], mark[1] - mark[0]).Append(marksWithColor ? MarkEnd : "»");
            at = mark[1];
        }

        return text.Append(passage, at, end - at).Append(end < passage.Length ? "…" : "").ToString();
    }

    private static int WordStart(string text, int at)
    {
        while (at > 0 && !char.IsWhiteSpace(text[at - 1]))
            at--;

        return at;
    }

    private static int WordEnd(string text, int at)
    {
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
            at++;

        return at;
    }

    private static string Indent(string text) =>
        string.Join(
            '\n',
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => $"   {line}")
        );
}
