using System.Text.Json;

namespace RagPy.Core.Pipeline;

/// <summary>The written form of <see cref="FailureCode"/>: snake case, as in <c>not_pdf</c>.</summary>
public static class FailureCodes
{
    private static readonly Dictionary<FailureCode, string> s_names = Enum.GetValues<FailureCode>()
        .ToDictionary(code => code, code => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()));

    private static readonly Dictionary<string, FailureCode> s_codes = s_names.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The code as it is stored, printed and sent.</summary>
    public static string ToWire(this FailureCode code) => s_names[code];

    /// <summary>Reads the written form.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not in the closed list.</exception>
    public static FailureCode Parse(string text) =>
        s_codes.TryGetValue(text, out var code) ? code : throw new FormatException($"'{text}' is not a failure code.");
}
