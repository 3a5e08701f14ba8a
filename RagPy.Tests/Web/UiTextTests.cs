using System.Text.RegularExpressions;
using RagPy.Api.Pages.Text;
using RagPy.Core.Pipeline;
using Xunit;

namespace RagPy.Tests.Web;

/// <summary>The words of the pages, in both languages.</summary>
public sealed partial class UiTextTests
{
    private static readonly UiText s_english = UiText.In(UiLanguage.English);
    private static readonly UiText s_french = UiText.In(UiLanguage.French);

    [Fact]
    public void Both_languages_have_the_same_keys()
    {
        Assert.Equal(s_english.Keys.Order(StringComparer.Ordinal), s_french.Keys.Order(StringComparer.Ordinal));
        Assert.All(s_english.Keys, key => Assert.NotEmpty(s_french[key].Trim()));
    }

    [Fact]
    public void A_text_has_the_same_placeholders_in_both_languages() =>
        Assert.All(s_english.Keys, key => Assert.Equal(Placeholders(s_english[key]), Placeholders(s_french[key])));

    [Fact]
    public void Every_text_that_a_page_or_script_names_is_there()
    {
        var keys = s_english.Keys.ToHashSet(StringComparer.Ordinal);
        var missing = Named().Where(name => !keys.Contains(name.Key) && !keys.Contains($"{name.Key}.other")).ToList();

        Assert.True(missing.Count == 0, string.Join("; ", missing));
    }

    [Fact]
    public void Every_text_is_used()
    {
        var named = Named().Select(name => name.Key).ToHashSet(StringComparer.Ordinal);
        // Keys made of two parts: a fixed beginning and a word that comes from elsewhere.
        string[] composed =
        [
            "failure.",
            "type.",
            "language.",
            "mode.",
            "session.kind.",
            "layout.language.",
            "error.",
            "ocr.engine.",
            "ocr.pages.",
            "ocr.by.",
            "js.stage.",
            "js.state.",
            "js.theme.",
        ];

        var unused = s_english.Keys.Where(key =>
            !named.Contains(key)
            && !named.Contains(Plural().Replace(key, ""))
            && !composed.Any(beginning => key.StartsWith(beginning, StringComparison.Ordinal))
        );

        Assert.Empty(unused);
    }

    [Fact]
    public void Every_reason_of_a_failure_is_explained_with_what_to_do() =>
        Assert.All(
            Enum.GetValues<FailureCode>(),
            code =>
            {
                Assert.NotEmpty(s_english[$"failure.{code.ToWire()}"]);
                Assert.NotEmpty(s_english[$"failure.{code.ToWire()}.do"]);
            }
        );

    [Theory]
    [InlineData(UiLanguage.English, 0, "0 documents")]
    [InlineData(UiLanguage.English, 1, "1 document")]
    [InlineData(UiLanguage.English, 1234, "1,234 documents")]
    [InlineData(UiLanguage.French, 0, "0 document")]
    [InlineData(UiLanguage.French, 1, "1 document")]
    [InlineData(UiLanguage.French, 1234, "1\u202f234 documents")]
    public void Numbers_follow_the_language(string language, int number, string expected) =>
        Assert.Equal(expected, UiText.In(language).Count("count.documents", number));

    [Fact]
    public void The_texts_of_scripts_cannot_close_their_element() =>
        Assert.DoesNotContain("<", s_french.ScriptJson, StringComparison.Ordinal);

    private static IEnumerable<string> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    private static IEnumerable<(string File, string Key)> Named()
    {
        var project = Path.Combine(Repository.Root, "RagPy.Api");
        var pages = Directory.EnumerateFiles(Path.Combine(project, "Pages"), "*.*", SearchOption.AllDirectories);
        var scripts = Directory.EnumerateFiles(Path.Combine(project, "wwwroot", "js"), "*.js");
        return pages
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => Keys(file, PageKey(), ""))
            .Concat(scripts.SelectMany(file => Keys(file, ScriptKey(), UiText.ScriptPrefix)));
    }

    private static IEnumerable<(string, string)> Keys(string file, Regex pattern, string prefix) =>
        pattern.Matches(File.ReadAllText(file)).Select(match => (Path.GetFileName(file), prefix + match.Groups["key"].Value));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\.(one|other)$")]
    private static partial Regex Plural();

    /// <summary>A string that looks like a key: the areas are those of the files, so other strings with dots do not count.</summary>
    [GeneratedRegex(
        """ "(?<key>(?:layout|notfound|error|home|project|engines|ago|count|drop|sessions?|confirm|task|progress|documents?|search|filters|result|cite|reader|failure|js)(?:\.[a-z]+)+)" """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex PageKey();

    /// <summary>Likewise in scripts, where keys have no prefix.</summary>
    [GeneratedRegex(
        """ "(?<key>(?:upload|progress|reader|duration|copy|theme)(?:\.[a-z]+)+|files|copied)" (?!\]|:) """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex ScriptKey();
}
