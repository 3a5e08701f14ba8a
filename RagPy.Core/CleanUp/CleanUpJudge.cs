using System.Globalization;
using System.Text;

namespace RagPy.Core.CleanUp;

/// <summary>
/// Tells a correction from a summary, a translation or an invention. Compared are the letters and digits of both texts, without case, accents, spaces and hyphens, so
/// that rejoined words and mended line ends change nothing: how many there are, how many runs of five of the raw text the answer still has, how many it has that the
/// raw text has not, and the longest stretch of such. One misread letter costs at most five runs on each side.
/// </summary>
internal static class CleanUpJudge
{
    private const int Run = 5;

    /// <summary>Length of the answer, as a share of the raw text's.</summary>
    private const double Shortest = 0.5;
    private const double Longest = 1.2;

    /// <summary>Share of the raw text's runs that must be left. A page of a poor scan, three words in ten mended, keeps three quarters; a paraphrase a third.</summary>
    private const double LeastKept = 0.6;

    /// <summary>Share of the answer's runs that the raw text need not have.</summary>
    private const double MostAdded = 0.35;

    /// <summary>Letters in a row that the raw text need not have: about a line, as a garbled one must be mended. A sentence that was thought up is longer.</summary>
    private const int LongestAddition = 80;

    /// <summary>Runs in a row that the raw text has and that end such a stretch: nine letters, more than two texts share by chance at one place.</summary>
    private const int Familiar = 5;

    /// <summary>What a very short text may lose and gain whatever its shares: a page number with its rule, a mended word or two.</summary>
    private const int MayLose = 30;
    private const int MayGain = 12;

    /// <summary>Whether a text is a correction of another.</summary>
    public static bool IsCorrection(string raw, string answer)
    {
        var (before, after) = (Letters(raw), Letters(answer));
        if (after.Length > (before.Length * Longest) + MayGain || after.Length < (before.Length * Shortest) - MayLose || after.Length == 0)
        {
            return false;
        }

        if (before == after)
        {
            return true;
        }

        var runs = new Dictionary<UInt128, int>();
        var total = 0;
        foreach (var run in Runs(before))
        {
            runs[run] = runs.GetValueOrDefault(run) + 1;
            total++;
        }

        var (left, kept, added, count) = (new Dictionary<UInt128, int>(runs), 0, 0, 0);
        var (stretch, familiar, longest) = (0, 0, 0);
        foreach (var run in Runs(after))
        {
            count++;
            familiar = runs.ContainsKey(run) ? familiar + 1 : 0;
            stretch =
                familiar >= Familiar ? 0
                : familiar == 0 || stretch > 0 ? stretch + 1
                : 0;
            longest = Math.Max(longest, stretch);
            if (left.GetValueOrDefault(run) > 0)
            {
                left[run]--;
                kept++;
            }
            else
            {
                added++;
            }
        }

        return total - kept <= Math.Max(total * (1 - LeastKept), MayLose)
            && added <= Math.Max(count * MostAdded, MayGain)
            && longest <= LongestAddition;
    }

    private static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var unit in text.Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(unit) || char.IsSurrogate(unit))
            {
                letters.Append(char.ToLower(unit, CultureInfo.InvariantCulture));
            }
        }

        return letters.ToString();
    }

    /// <summary>Five UTF-16 units each, packed; of a shorter text the whole.</summary>
    private static IEnumerable<UInt128> Runs(string letters)
    {
        var run = UInt128.Zero;
        for (var i = 0; i < letters.Length; i++)
        {
            const int unit = 16;
            run = ((run << unit) | letters[i]) & ((UInt128.One << (unit * Run)) - 1);
            if (i >= Run - 1 || (i == letters.Length - 1 && letters.Length < Run))
            {
                yield return run;
            }
        }
    }
}
