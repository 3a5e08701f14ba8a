using System.Globalization;
using RagPy.Extractor.Document;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Tokens;

namespace RagPy.Extractor.Pdf;

/// <summary>Reads the catalog's <c>/PageLabels</c> number tree (PDF 32000-1 §12.4.2).</summary>
internal sealed class PageLabels
{
    private const int MaxDepth = 32;
    private const int MaxRanges = 20_000;

    private readonly Structure _structure;
    private readonly SortedDictionary<int, DictionaryToken> _ranges = [];

    private PageLabels(Structure structure) => _structure = structure;

    /// <summary>Labels by position, or null when the file has none of use.</summary>
    public static string?[]? Read(Structure structure, int pages)
    {
        var reader = new PageLabels(structure);
        if (!structure.Catalog.CatalogDictionary.TryGet(NameToken.Create("PageLabels"), out var root))
        {
            return null;
        }

        reader.Collect(root, 0);
        if (reader._ranges.Count == 0)
        {
            return null;
        }

        var labels = new string?[pages];
        var starts = reader._ranges.Keys.ToArray();
        for (var i = 0; i < starts.Length; i++)
        {
            var end = i + 1 < starts.Length ? Math.Min(starts[i + 1], pages) : pages;
            for (var page = Math.Max(starts[i], 0); page < end; page++)
            {
                labels[page] = reader.Label(reader._ranges[starts[i]], page - starts[i]);
            }
        }

        return labels;
    }

    private void Collect(IToken token, int depth)
    {
        if (depth > MaxDepth || Resolve(token) is not DictionaryToken node)
        {
            return;
        }

        if (node.TryGet(NameToken.Create("Nums"), out var nums) && Resolve(nums) is ArrayToken pairs)
        {
            for (var i = 0; i + 1 < pairs.Length && _ranges.Count < MaxRanges; i += 2)
            {
                if (Resolve(pairs.Data[i]) is NumericToken start && Resolve(pairs.Data[i + 1]) is DictionaryToken style)
                {
                    _ranges[start.Int] = style;
                }
            }
        }

        if (node.TryGet(NameToken.Kids, out var kids) && Resolve(kids) is ArrayToken children)
        {
            foreach (var child in children.Data)
            {
                Collect(child, depth + 1);
            }
        }
    }

    private string? Label(DictionaryToken range, int offset)
    {
        var prefix = range.TryGet(NameToken.P, out var p) && Resolve(p) is IDataToken<string> text ? text.Data : "";
        var first = range.TryGet(NameToken.Create("St"), out var st) && Resolve(st) is NumericToken start ? start.Int : 1;
        var style = range.TryGet(NameToken.S, out var s) && Resolve(s) is NameToken name ? name.Data : "";
        var number = first + offset;
        var label =
            prefix
            + style switch
            {
                "D" => number.ToString(CultureInfo.InvariantCulture),
                "r" => Roman(number),
                "R" => Roman(number).ToUpperInvariant(),
                "a" => Letters(number, 'a'),
                "A" => Letters(number, 'A'),
                _ => "",
            };
        label = Text.GlyphText.Clean(label).Trim();
        return label.Length is 0 or > 64 ? null : label;
    }

    private static string Roman(int number) =>
        number is > 0 and < 4000 ? RomanNumeral.Format(number) : number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A … Z, AA … ZZ, AAA …, as the format defines.</summary>
    private static string Letters(int number, char first) =>
        number is > 0 and <= 26 * 20 ? new string((char)(first + ((number - 1) % 26)), ((number - 1) / 26) + 1) : "";

    private IToken? Resolve(IToken token)
    {
        for (var i = 0; i < 8 && token is IndirectReferenceToken reference; i++)
        {
            token = _structure.GetObject(reference.Data).Data;
        }

        return token;
    }
}
