using System.Globalization;
using System.Text.Json;
using RagPy.Core.Extraction;

namespace RagPy.Core.Projects;

/// <summary>Says in words which pages of a document have no text.</summary>
internal static class MissingPages
{
    private const string NotTried = "no text layer, and not recognised";

    /// <summary>One sentence for each reason.</summary>
    /// <param name="structure">Of the extraction, or the part of it that tells of these pages.</param>
    public static IReadOnlyList<string> Describe(string structure)
    {
        var pages = JsonSerializer.Deserialize<Part>(structure) ?? new Part([], null);
        var unread = pages.Unread ?? [];
        int[] others = [.. (pages.NeedsOcrPages ?? []).Except(unread.SelectMany(reason => reason.Pages)).Order()];
        var sentences = unread.Select(reason => $"{List(reason.Pages)}: {reason.Reason}").ToList();
        if (others.Length > 0)
        {
            sentences.Add($"{List(others)}: {NotTried}.");
        }

        return sentences;
    }

    /// <summary><c>Pages 1, 3–5</c>.</summary>
    private static string List(IReadOnlyList<int> pages)
    {
        var runs = new List<string>();
        for (var i = 0; i < pages.Count; )
        {
            var end = i;
            while (end + 1 < pages.Count && pages[end + 1] == pages[end] + 1)
            {
                end++;
            }

            runs.Add(
                end == i
                    ? pages[i].ToString(CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{pages[i]}–{pages[end]}")
            );
            i = end + 1;
        }

        return $"{(pages.Count == 1 ? "Page" : "Pages")} {string.Join(", ", runs)}";
    }

    private sealed record Part(IReadOnlyList<int>? NeedsOcrPages, IReadOnlyList<UnreadPages>? Unread);
}
