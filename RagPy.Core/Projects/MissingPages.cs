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

    private static string List(IReadOnlyList<int> pages) => NumberRuns.Write("Page", "Pages", pages);

    private sealed record Part(IReadOnlyList<int>? NeedsOcrPages, IReadOnlyList<UnreadPages>? Unread);
}
