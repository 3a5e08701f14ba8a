using System.Collections;

namespace RagPy.Core.Sources;

/// <summary>The names in a folder, sorted, and looked up by what they resemble; each form is computed for the whole folder when first asked for.</summary>
internal sealed class TreeNames(IEnumerable<string> names) : IReadOnlyList<string>
{
    private static readonly Func<string, string>[] s_forms =
    [
        name => name,
        PathMatcher.Composed,
        name => PathMatcher.Composed(name).ToLowerInvariant(),
        UnicodeText.FoldFileName,
    ];

    private readonly string[] _names = [.. names.Order(StringComparer.Ordinal)];
    private readonly ILookup<string, string>?[] _byForm = new ILookup<string, string>?[s_forms.Length];

    public int Count => _names.Length;

    public string this[int index] => _names[index];

    /// <summary>The names that equal the wanted one in the strictest form in which any does.</summary>
    public IReadOnlyList<string> Fitting(string wanted)
    {
        for (var i = 0; i < s_forms.Length; i++)
        {
            var form = s_forms[i];
            var lookup = _byForm[i] ??= _names.ToLookup(form, StringComparer.Ordinal);
            if (lookup[form(wanted)].ToList() is { Count: > 0 } fitting)
            {
                return fitting;
            }
        }

        return [];
    }

    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_names).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _names.GetEnumerator();
}
