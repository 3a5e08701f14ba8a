using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RagPy.Api.Pages.Text;

/// <summary>
/// What the pages say, in one language. Strings live in <c>en.json</c> and <c>fr.json</c> beside this file, under the same keys; <c>{name}</c> in them is
/// replaced by a value, and a key that ends in <c>.one</c> or <c>.other</c> is a singular or plural.
/// </summary>
internal sealed class UiText
{
    /// <summary>Keys that begin so are sent to the scripts of the page.</summary>
    public const string ScriptPrefix = "js.";

    private static readonly FrozenDictionary<string, UiText> s_all = UiLanguage.All.ToFrozenDictionary(l => l, l => new UiText(l));

    private readonly FrozenDictionary<string, string> _strings;

    private UiText(string language)
    {
        Language = language;
        Culture = CultureInfo.GetCultureInfo(language == UiLanguage.French ? "fr-FR" : "en-GB");
        using var stream = typeof(UiText).Assembly.GetManifestResourceStream(typeof(UiText), $"{language}.json")!;
        _strings = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!.ToFrozenDictionary(StringComparer.Ordinal);
        // As JSON inside an element of the page: the default encoder escapes what could close it.
        ScriptJson = JsonSerializer.Serialize(
            _strings
                .Where(s => s.Key.StartsWith(ScriptPrefix, StringComparison.Ordinal))
                .ToDictionary(s => s.Key[ScriptPrefix.Length..], s => s.Value)
        );
    }

    /// <summary><c>en</c> or <c>fr</c>.</summary>
    public string Language { get; }

    /// <summary>How numbers and dates are written.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The strings of scripts, as a JSON object that is safe inside HTML.</summary>
    public string ScriptJson { get; }

    /// <summary>Every key of the language.</summary>
    public IEnumerable<string> Keys => _strings.Keys;

    /// <summary>The text of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is no such key: a mistake in a page.</exception>
    public string this[string key] =>
        _strings.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"The pages have no text '{key}' in {Language}.");

    /// <summary>The strings of a language, one of <see cref="UiLanguage.All"/>.</summary>
    public static UiText In(string language) => s_all[language];

    /// <summary>The text of a key, or <paramref name="otherwise"/> where there is none: for words that come from outside, such as Zotero's item types.</summary>
    public string Find(string key, string otherwise) => _strings.GetValueOrDefault(key, otherwise);

    /// <summary>The text of a key with its values put in.</summary>
    public string Format(string key, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var text = new StringBuilder(this[key]);
        foreach (var (name, value) in values)
        {
            text.Replace($"{{{name}}}", Write(value));
        }

        return text.ToString();
    }

    /// <summary>Singular or plural of a key with the number put in for <c>{n}</c>.</summary>
    public string Count(string key, long number) => Format($"{key}.{(IsSingular(number) ? "one" : "other")}", ("n", number));

    /// <summary>A whole number with the language's grouping.</summary>
    public string Number(long number) => number.ToString("N0", Culture);

    /// <summary>Day and time.</summary>
    public string DateTime(DateTimeOffset time) => time.ToString("d MMM yyyy HH:mm", Culture);

    /// <summary>How long ago, in the largest unit that fits; the day itself after a month.</summary>
    public string Ago(DateTimeOffset time, DateTimeOffset now) =>
        (now - time) switch
        {
            { TotalMinutes: < 1 } => this["ago.now"],
            { TotalHours: < 1 } span => Count("ago.minutes", (long)span.TotalMinutes),
            { TotalDays: < 1 } span => Count("ago.hours", (long)span.TotalHours),
            { TotalDays: < 31 } span => Count("ago.days", (long)span.TotalDays),
            _ => time.ToString("d MMM yyyy", Culture),
        };

    /// <summary>A length of time in seconds, minutes or hours.</summary>
    public string Duration(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 90 } => Count("js.duration.seconds", (long)Math.Max(1, Math.Round(span.TotalSeconds))),
            { TotalMinutes: < 90 } => Count("js.duration.minutes", (long)Math.Round(span.TotalMinutes)),
            _ => Count("js.duration.hours", (long)Math.Round(span.TotalHours)),
        };

    private bool IsSingular(long number) => Language == UiLanguage.French ? number is 0 or 1 : number == 1;

    private string Write(object value) =>
        value switch
        {
            int number => Number(number),
            long number => Number(number),
            double number => number.ToString("0.#", Culture),
            _ => value.ToString() ?? "",
        };
}
