using System.Collections.Frozen;

namespace RagPy.Core.Embedding;

/// <summary>Tells French from English by their function words, and knows enough of their neighbours not to take those for either.</summary>
public static class LanguageDetector
{
    private const int MaxWords = 2_000;

    private static readonly char[] s_separators = [' ', '-', '_', ',', ';', '/', '.', '('];

    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["fr"] = "fr",
        ["fre"] = "fr",
        ["fra"] = "fr",
        ["french"] = "fr",
        ["français"] = "fr",
        ["francais"] = "fr",
        ["française"] = "fr",
        ["französisch"] = "fr",
        ["en"] = "en",
        ["eng"] = "en",
        ["english"] = "en",
        ["anglais"] = "en",
        ["englisch"] = "en",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, int> s_functionWords = CreateFunctionWords();

    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> s_lookup = s_functionWords.GetAlternateLookup<
        ReadOnlySpan<char>
    >();

    private enum Tongue
    {
        English,
        French,
        German,
        Spanish,
        Italian,
        Portuguese,
        Dutch,
    }

    /// <summary>Language the analysers use for a text: the one its item names, else the detected one.</summary>
    /// <param name="field">Language field as written (<c>fr</c>, <c>en-US</c>, <c>French</c>, …); may be empty.</param>
    /// <returns><c>fr</c>, <c>en</c>, or empty for both (unsure, several, or another language).</returns>
    public static string Resolve(string field, string text)
    {
        if (string.IsNullOrWhiteSpace(field))
        {
            return Detect(text);
        }

        var found = "";
        foreach (var part in field.Split(s_separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (s_names.TryGetValue(part, out var name))
            {
                if (found.Length > 0 && found != name)
                {
                    return "";
                }

                found = name;
            }
        }

        return found.Length > 0 ? found : Detect(text);
    }

    /// <summary>Detects the language from function words and accents; reads at most the first 2,000 words.</summary>
    /// <returns><c>fr</c>, <c>en</c>, or empty when unsure or when it is another language.</returns>
    public static string Detect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<int> votes = stackalloc int[Enum.GetValues<Tongue>().Length];
        Span<char> lower = stackalloc char[16];
        var scanner = new WordScanner(text);
        for (var words = 0; words < MaxWords && scanner.MoveNext(); words++)
        {
            Vote(scanner.Current, lower, votes);
        }

        var best = 0;
        var second = -1;
        for (var i = 1; i < votes.Length; i++)
        {
            if (votes[i] > votes[best])
            {
                (best, second) = (i, best);
            }
            else if (second < 0 || votes[i] > votes[second])
            {
                second = i;
            }
        }

        // Short texts (titles, queries) decide by a single clear word; a lead of a third keeps quotations from turning a page.
        var sure = votes[best] > 0 && votes[best] * 3 > votes[second] * 4;
        return (Tongue)best switch
        {
            Tongue.English when sure => "en",
            Tongue.French when sure => "fr",
            _ => "",
        };
    }

    private static void Vote(ReadOnlySpan<char> word, Span<char> lower, Span<int> votes)
    {
        var apostrophe = word.IndexOfAny('\'', '’');
        if (apostrophe is 1 or 2 && word.Length > apostrophe + 2)
        {
            // l'État, d’un, qu'il; Italian has them too, but then its other words outvote these.
            votes[(int)Tongue.French]++;
            word = word[(apostrophe + 1)..];
        }

        if (word.Length > lower.Length)
        {
            return;
        }

        var length = word.ToLowerInvariant(lower);
        if (!s_lookup.TryGetValue(lower[..length], out var tongues))
        {
            if (word.ContainsAny("éèêçœàù"))
            {
                votes[(int)Tongue.French]++;
            }

            return;
        }

        for (var i = 0; i < votes.Length; i++)
        {
            // Words of one language only count double: "the", "les" against "on", "me".
            if ((tongues & (1 << i)) != 0)
            {
                votes[i] += int.PopCount(tongues) == 1 ? 2 : 1;
            }
        }
    }

    private static FrozenDictionary<string, int> CreateFunctionWords()
    {
        var words = new Dictionary<string, int>();
        Add(
            Tongue.English,
            "the of and to in is are was were be been that this these those it its for with as by from at on or an a not have has had which who whom what when where why how do does did can could would should will may might must than then there their they he she his her we you your our if but so such into about between through under over most more some any all each other only also both while during after before because many much"
        );
        Add(
            Tongue.French,
            "le la les l un une des du de d et en au aux ce ces cet cette il elle ils elles on nous vous je tu que qui quoi dont où ne pas par pour sur avec dans est sont était étaient été être ont avait sa son ses leur leurs mais ou donc comme plus moins quel quelle quels quelles quand comment pourquoi combien à après avant entre sans sous depuis très même aussi ainsi lors selon chez vers fut peut fait se si y"
        );
        Add(
            Tongue.German,
            "der die das den dem des und ist sind war nicht ein eine einer eines einem einen mit von zu im für auf als auch sich bei nach aus wie oder wird werden wurde durch über zur zum es er sie wir ich dass kann noch nur am um"
        );
        Add(
            Tongue.Spanish,
            "el la los las un una unos de del y en que es son era por para con no se su sus como más pero al lo este esta estos entre cuando sobre también ha han fue desde donde muy sin ser"
        );
        Add(
            Tongue.Italian,
            "il lo la i gli le un uno una di del della dei delle e è che in con per non si da al alla nel nella sono era come più ma anche questo questa tra fra ha sul sulla essere dal dalla"
        );
        Add(
            Tongue.Portuguese,
            "o a os as um uma de do da dos das e em que é são não por para com se no na nos nas ao mais como mas foi ser também pelo pela sua seu entre sobre quando muito"
        );
        Add(
            Tongue.Dutch,
            "de het een en van is zijn was niet met voor op te dat die in aan er om ook als bij door naar uit tot wordt werd deze dit hij zij ze maar of over hun"
        );

        return words.ToFrozenDictionary();

        void Add(Tongue tongue, string list)
        {
            foreach (var word in list.Split(' '))
            {
                words[word] = words.GetValueOrDefault(word) | (1 << (int)tongue);
            }
        }
    }
}
