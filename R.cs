using System;using System.Linq;
using System.Globalization;
using System.Net.Http.Headers;

namespace RagPy.Core.Providers;

/// <summary>What OpenAI's and Azure's rate-limit headers say (OpenAI's guide "Rate limits", section "Rate limits in headers").</summary>
/// <param name="Requests">Requests left until <paramref name="RequestsReset"/>; null when not said.</param>
/// <param name="Tokens">Tokens left until <paramref name="TokensReset"/>; null when not said.</param>
internal readonly record struct RateHeaders(long? Requests, TimeSpan RequestsReset, long? Tokens, TimeSpan TokensReset)
{
    public static RateHeaders Of(HttpResponseHeaders headers) =>
        new(
            Number(headers, "x-ratelimit-remaining-requests"),
            Duration(headers, "x-ratelimit-reset-requests"),
            Number(headers, "x-ratelimit-remaining-tokens"),
            Duration(headers, "x-ratelimit-reset-tokens")
        );

    /// <summary>Reads <c>6m0s</c>, <c>1h2m3.5s</c>, <c>20ms</c>, or bare seconds; zero when it is none of them.</summary>
    internal static TimeSpan ParseDuration(string text)
    {
        var total = 0.0;
        var number = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]) || text[i] == '.')
            {
                continue;
            }

            var isMilliseconds = text.AsSpan(i).StartsWith("ms");
            var unit = isMilliseconds ? 0.001 : Unit(text[i]);
            if (unit == 0 || !TryParse(text.AsSpan(number, i - number), out var part))
            {
                return TimeSpan.Zero;
            }

            total += part * unit;
            i += isMilliseconds ? 1 : 0;
            number = i + 1;
        }

        if (number < text.Length)
        {
            if (!TryParse(text.AsSpan(number), out var seconds))
            {
                return TimeSpan.Zero;
            }

            total += seconds;
        }

        return TimeSpan.FromSeconds(Math.Clamp(total, 0, 86_400));
    }

    private static double Unit(char unit) =>
        unit switch
        {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => 0,
        };

    private static bool TryParse(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values)
        && long.TryParse(values.FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static TimeSpan Duration(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? ParseDuration(values.FirstOrDefault() ?? "") : TimeSpan.Zero;
}
