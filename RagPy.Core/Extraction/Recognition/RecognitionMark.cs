using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RagPy.Core.Extraction.Recognition;

/// <summary>
/// What an extraction's options say of recognition, for the key of the stored extraction and the generations made of it: which engines read pages, of what versions,
/// and which pages nobody could read. Empty where nothing was tried.
/// </summary>
internal static class RecognitionMark
{
    private const string Prefix = "ocr";
    private const string Everything = $"{Prefix} all";

    /// <summary>Some page was not read for a reason that may have passed at the next run.</summary>
    private const string Again = "; again";

    /// <param name="engines">Name and version of each engine that read a page.</param>
    /// <param name="unread">Pages that need recognition and that none could read.</param>
    /// <param name="isWorthRetry">The next run is to try those again by itself.</param>
    public static string Of(bool readsAll, IEnumerable<string> engines, IReadOnlyList<int> unread, bool isWorthRetry)
    {
        var mark = new StringBuilder(readsAll ? Everything : Prefix);
        mark.Append(": ").AppendJoin(", ", engines.Distinct().Order(StringComparer.Ordinal));
        if (unread.Count > 0)
        {
            var list = string.Join(',', unread.Select(page => page.ToString(CultureInfo.InvariantCulture)));
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(list)).AsSpan(0, 8));
            mark.Append(CultureInfo.InvariantCulture, $"; {unread.Count} unread {hash}");
        }

        return mark.Append(isWorthRetry ? Again : "").ToString();
    }

    /// <summary>The engines that a mark names; none where nothing was tried.</summary>
    public static IEnumerable<string> EnginesOf(string options)
    {
        var start = options.IndexOf(": ", StringComparison.Ordinal);
        var list = start < 0 ? "" : options[(start + 2)..].Split(';')[0];
        return list.Split(", ", StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Whether a run that can recognise pages has something to do for a document that ended.</summary>
    /// <param name="options">Of its extraction.</param>
    /// <param name="unread">Pages without usable text.</param>
    /// <param name="readsAll">The run reads all pages.</param>
    /// <param name="retries">The run tries again what failed.</param>
    public static bool IsToBeRead(string options, int unread, bool readsAll, bool retries) =>
        (unread > 0 && (options.Length == 0 || retries || options.EndsWith(Again, StringComparison.Ordinal)))
        || (readsAll && !options.StartsWith(Everything, StringComparison.Ordinal));
}
