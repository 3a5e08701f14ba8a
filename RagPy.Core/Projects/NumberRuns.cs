using System.Globalization;

namespace RagPy.Core.Projects;

/// <summary>Lists numbers in words, runs of them shortened.</summary>
internal static class NumberRuns
{
    /// <summary><c>Pages 1, 3–5</c>.</summary>
    /// <param name="one">Word for a single one.</param>
    /// <param name="many">Word for several.</param>
    /// <param name="numbers">Ascending.</param>
    public static string Write(string one, string many, IReadOnlyList<int> numbers)
    {
        var runs = new List<string>();
        for (var i = 0; i < numbers.Count; )
        {
            var end = i;
            while (end + 1 < numbers.Count && numbers[end + 1] == numbers[end] + 1)
            {
                end++;
            }

            runs.Add(
                end == i
                    ? numbers[i].ToString(CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{numbers[i]}–{numbers[end]}")
            );
            i = end + 1;
        }

        return $"{(numbers.Count == 1 ? one : many)} {string.Join(", ", runs)}";
    }
}
