using System.Globalization;
using RagPy.Core.Pipeline;

namespace RagPy.Core.Indexing.Remote;

/// <summary>Failures that Weaviate tells inside of answers with status 200.</summary>
internal static class WeaviateFailures
{
    private const int LongestReason = 300;

    public static Failure NotTaken(int points, string reason) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"weaviate did not take {points} points: {Shorten(reason)}."));

    public static Failure NotRemoved(long points, string reason) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"weaviate did not remove {points} points: {Shorten(reason)}."));

    public static Failure NotAnswered(string reason) => Of($"weaviate did not answer a query: {Shorten(reason)}.");

    private static Failure Of(string sentence) => new(FailureCode.ProviderError, sentence);

    private static string Shorten(string reason)
    {
        var line = string.Concat(reason.Select(c => char.IsControl(c) ? ' ' : c)).Trim().TrimEnd('.');
        return line.Length switch
        {
            0 => "no reason given",
            <= LongestReason => line,
            _ => line[..LongestReason] + "…",
        };
    }
}
