using System.Text.Json;
using Xunit;

namespace RagPy.Tests.Extractor;

/// <summary>
/// Twenty pages whose text was compared by eye with the rendered page. Known to differ from what a person would write down, and kept as they are:
/// <list type="bullet">
/// <item>stepped-lens-2: cells of two lines beside cells of one are read line by line (<c>landfall, ocean / First 920 / coast</c>);</item>
/// <item>multicolumn-3: the exponent of <c>km²</c> is an ordinary digit, as the file has it;</item>
/// <item>archives-communales-3 and annuaire-des-marees-1: a line begins with a colon, as printed;</item>
/// <item>iron-gall-ink-1: the word cut by the end of the page keeps its hyphen.</item>
/// </list>
/// </summary>
public sealed class PagesReadByHandTests
{
    private static readonly string s_data = Path.Combine(AppContext.BaseDirectory, "Data", "extraction");

    private static readonly Dictionary<string, string> s_files = new()
    {
        ["annuaire-des-marees"] = "13",
        ["archives-communales"] = "15",
        ["bibliotheques-de-pret"] = "19",
        ["bread-fermentation"] = "17",
        ["iron-gall-ink"] = "21",
        ["stepped-lens"] = "11",
    };

    public static TheoryData<string> Pages() =>
        [.. Directory.GetFiles(Path.Combine(s_data, "pages"), "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Words_and_order_are_those_read_by_hand(string name)
    {
        var dash = name.LastIndexOf('-');
        var extracted = Extracted.FromFile(Find(name[..dash]));

        var expected = File.ReadAllText(Path.Combine(s_data, "pages", name + ".txt")).ReplaceLineEndings("\n").TrimEnd('\n');
        Assert.Equal(expected, extracted.Text(int.Parse(name[(dash + 1)..], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Phrases_of_papers_come_in_the_order_read_by_hand()
    {
        var root = Path.Combine(SharedFolder.Path, "data", "pdf");
        Assert.SkipUnless(Directory.Exists(root), "The collection of PDFs is not at hand.");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_data, "phrases.json")));
        foreach (var page in json.RootElement.EnumerateArray())
        {
            var folder = page.GetProperty("folder").GetString()!;
            var file = page.GetProperty("file").GetString()!;
            var path = Directory
                .EnumerateFiles(root, file, SearchOption.AllDirectories)
                .Where(found => found.Contains(folder, StringComparison.Ordinal))
                .Order()
                .First();
            var text = Extracted.FromFile(path).Text(page.GetProperty("page").GetInt32()).Replace("\n\n", " ").Replace('\n', ' ');
            var position = 0;
            foreach (var phrase in page.GetProperty("phrases").EnumerateArray().Select(phrase => phrase.GetString()!))
            {
                var next = text.IndexOf(phrase, position, StringComparison.Ordinal);
                Assert.True(next >= 0, $"{file}: '{phrase}' does not follow what comes before it in:\n{text}");
                position = next + phrase.Length;
            }
        }
    }

    private static string Find(string name) =>
        s_files.TryGetValue(name, out var folder)
            ? Directory.GetFiles(Path.Combine(Repository.Root, "samples", "library", "files", folder), "*.pdf").Single()
            : Path.Combine(s_data, name + ".pdf");
}
