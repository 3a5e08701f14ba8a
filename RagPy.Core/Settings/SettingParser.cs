using System.Globalization;

namespace RagPy.Core.Settings;

/// <summary>Reads the text of a variable.</summary>
internal static class SettingParser
{
    /// <summary>Gives the value when the text is one of the kind and within the bounds of <paramref name="definition"/>.</summary>
    internal static bool TryParse(SettingDefinition definition, string text, out object? value)
    {
        text = text.Trim();
        value =
            definition.Type == typeof(bool) ? ParseBoolean(text)
            : definition.Unit == SettingDefinition.Bytes ? ParseSize(text)
            : definition.Type == typeof(int) ? ParseWhole(text)
            : definition.Type == typeof(double) ? ParseNumber(text)
            : definition.IsUrl && !IsUrl(text) ? null
            : definition.Choices.Count > 0 && !definition.Choices.Contains(text) ? null
            : text;

        return value switch
        {
            int number => number >= definition.Min && number <= definition.Max,
            long number => number >= definition.Min && number <= definition.Max,
            double number => number >= definition.Min && number <= definition.Max,
            _ => value is not null,
        };
    }

    /// <summary>The original takes <c>true 1 yes</c>, in one place also <c>on</c>, in any case.</summary>
    private static object? ParseBoolean(string text) =>
        text.ToLowerInvariant() switch
        {
            "true" or "1" or "yes" or "on" => true,
            "false" or "0" or "no" or "off" => false,
            _ => null,
        };

    private static object? ParseWhole(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static object? ParseSize(string text)
    {
        var digits = text.TrimEnd(c => !char.IsAsciiDigit(c));
        var suffix = text[digits.Length..].Trim().ToUpperInvariant();
        var power = suffix switch
        {
            "" or "B" => 0,
            "K" or "KB" or "KIB" => 1,
            "M" or "MB" or "MIB" => 2,
            "G" or "GB" or "GIB" => 3,
            "T" or "TB" or "TIB" => 4,
            _ => -1,
        };
        if (power < 0 || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;

        var bytes = (Int128)number << (10 * power);

        return bytes > long.MaxValue ? null : (long)bytes;
    }

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https");

    private static string TrimEnd(this string text, Func<char, bool> isTrimmed)
    {
        var end = text.Length;
        while (end > 0 && isTrimmed(text[end - 1]))
            end--;

        return text[..end];
    }
}
