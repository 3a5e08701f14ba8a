using System.Text.Json;

namespace RagPy.Core.Projects;

/// <summary>Says in words which passages of a document have no vector.</summary>
internal static class RefusedPassages
{
    /// <summary>One sentence for each reason, by the first passage.</summary>
    /// <param name="reasons">JSON object: the 1-based passages of each reason.</param>
    public static IReadOnlyList<string> Describe(string reasons) =>
        [
            .. JsonSerializer
                .Deserialize<Dictionary<string, int[]>>(reasons)!
                .OrderBy(r => r.Value[0])
                .Select(r => $"{NumberRuns.Write("Passage", "Passages", r.Value)}: {r.Key}"),
        ];
}
