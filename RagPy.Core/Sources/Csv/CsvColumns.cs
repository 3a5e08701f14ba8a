using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RagPy.Core.Sources.Csv;

/// <summary>
/// Which column of a CSV means what, as the original maps them (<c>original/formats.md</c> §1.3): header names without case and outer blanks, the text
/// column by its own order, direct names before synonyms. Beyond the original, accents, blanks and hyphens in a header do not count, the item's key is
/// kept, and language, publication and tags are read.
/// </summary>
internal sealed class CsvColumns
{
    public const string Text = OriginalColumns.Text;
    public const string Provider = OriginalColumns.Provider;
    public const string Key = "itemkey";

    /// <summary>Names of the text column, first to be taken first.</summary>
    private static readonly string[] s_text = [Text, "text", "content", "body", "description", "texte", "contenu"];

    /// <summary>The original's columns as <see cref="Normalize"/> gives them.</summary>
    private static readonly string[] s_canonical = [.. OriginalColumns.All.Select(Normalize)];

    private static readonly Dictionary<string, string[]> s_synonyms = new(StringComparer.Ordinal)
    {
        [Key] = ["item_key", "key", "id"],
        ["title"] = ["titre", "name", "nom"],
        ["authors"] = ["author", "auteur", "auteurs"],
        ["date"] = ["publication_date", "date_publication", "year", "annee", "publication_year"],
        ["abstract"] = ["resume", "summary", "abstract_note"],
        ["url"] = ["link", "lien"],
        ["type"] = ["document_type", "item_type"],
        ["language"] = ["language", "langue", "lang"],
        ["publication"] = ["publication", "publication_title", "publicationtitle", "journal", "revue"],
        ["tags"] = ["tags", "tag", "keywords", "mots_cles", "manual_tags"],
    };

    private readonly Dictionary<string, List<int>> _places;

    private CsvColumns(Dictionary<string, List<int>> places, bool isCanonical) => (_places, IsCanonical) = (places, isCanonical);

    /// <summary>The header is that of the original's <c>output.csv</c>, which this program exports as well.</summary>
    public bool IsCanonical { get; }

    /// <summary>Maps a header.</summary>
    /// <returns>False when no column can be the text.</returns>
    public static bool TryMap(IReadOnlyList<string> header, [NotNullWhen(true)] out CsvColumns? columns)
    {
        var names = header.Select(Normalize).ToList();
        columns = null;
        var text = s_text.Select(name => names.IndexOf(name)).FirstOrDefault(place => place >= 0, -1);
        if (text < 0)
        {
            return false;
        }

        var places = new Dictionary<string, List<int>>(StringComparer.Ordinal) { [Text] = [text] };
        foreach (var field in s_canonical.Union(s_synonyms.Keys).Where(field => field != Text))
        {
            string[] wanted = [field, .. s_synonyms.GetValueOrDefault(field, [])];
            var found = wanted.Distinct().Select(name => names.IndexOf(name)).Where(place => place >= 0 && place != text).ToList();
            if (found.Count > 0)
            {
                places[field] = found;
            }
        }

        columns = new CsvColumns(places, s_canonical.All(names.Contains));

        return true;
    }

    /// <summary>A record's value: the first of the field's columns that is not blank.</summary>
    public string Of(string field, IReadOnlyList<string> record)
    {
        foreach (var place in _places.GetValueOrDefault(field, []))
        {
            if (place < record.Count && !string.IsNullOrWhiteSpace(record[place]))
            {
                return field == Text ? record[place] : record[place].Trim();
            }
        }

        return "";
    }

    private static string Normalize(string name)
    {
        var normal = new StringBuilder();
        foreach (var unit in UnicodeText.WellFormed(name).Trim('\uFEFF', ' ', '\t', '\u00A0').Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(unit) != UnicodeCategory.NonSpacingMark)
            {
                normal.Append(unit is ' ' or '-' or '\u00A0' ? '_' : char.ToLowerInvariant(unit));
            }
        }

        return normal.ToString();
    }
}
