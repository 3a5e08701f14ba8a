using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace RagPy.Api.Http;

/// <summary>A value of an enumeration as a query parameter, written as in JSON; case does not count. The framework takes only the names as in the code.</summary>
internal readonly record struct Choice<T>(T Value) : IParsable<Choice<T>>
    where T : struct, Enum
{
    /// <summary>Everything that can be given.</summary>
    public static IEnumerable<string> Names => Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName);

    /// <inheritdoc/>
    public static Choice<T> Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var choice) ? choice : throw new FormatException($"'{s}' is none of {string.Join(", ", Names)}.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Choice<T> result)
    {
        var isKnown = Enum.GetNames<T>().Contains(s, StringComparer.OrdinalIgnoreCase);
        result = isKnown ? new Choice<T>(Enum.Parse<T>(s!, ignoreCase: true)) : default;
        return isKnown;
    }
}
