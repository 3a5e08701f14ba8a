namespace Aspire.Hosting;

/// <summary>The rule for names of resources and endpoints: they become host names, variables and file names.</summary>
internal static class ModelName
{
    private const int Longest = 64;

    /// <summary>Refuses what is no name.</summary>
    /// <param name="kind"><c>Resource</c> or <c>Endpoint</c>.</param>
    /// <exception cref="ArgumentException">It is no name; the message says why.</exception>
    public static void Demand(string kind, string? name)
    {
        if (Problem(name) is { } problem)
        {
            throw new ArgumentException($"{kind} name '{name}' is invalid. {problem}", nameof(name));
        }
    }

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(string? name) =>
        name is not { Length: > 0 and <= Longest } ? $"Names have 1 to {Longest} characters."
        : !char.IsAsciiLetter(name[0]) ? "Names begin with an ASCII letter."
        : name.Any(character => !char.IsAsciiLetterOrDigit(character) && character != '-')
            ? "Names consist of ASCII letters, digits and hyphens."
        : name.Contains("--", StringComparison.Ordinal) ? "Names have no two hyphens in a row."
        : name[^1] == '-' ? "Names do not end with a hyphen."
        : null;

    /// <summary>A name as a part of an environment variable's: letters, digits and underscores, no digit first.</summary>
    public static string Encode(string name)
    {
        var encoded = string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));

        return encoded.Length > 0 && char.IsAsciiDigit(encoded[0]) ? $"_{encoded}" : encoded;
    }
}
