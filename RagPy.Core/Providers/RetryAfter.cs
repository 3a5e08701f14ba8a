using System.Globalization;
using System.Net.Http.Headers;

namespace RagPy.Core.Providers;

/// <summary>How long a provider asks to be left alone.</summary>
internal static class RetryAfter
{
    /// <summary>Longest wait believed; what asks for more gets this.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>Reads <c>retry-after-ms</c> (Azure and OpenAI) or <c>Retry-After</c> in seconds or as a date (RFC 9110 §10.2.3).</summary>
    /// <returns>Null when the answer does not say.</returns>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (
            headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            && double.IsFinite(milliseconds)
        )
        {
            return Clamp(TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, s_longest.TotalMilliseconds)));
        }

        return headers.RetryAfter switch
        {
            { Delta: { } delta } => Clamp(delta),
            { Date: { } date } => Clamp(date - now),
            _ => null,
        };
    }

    private static TimeSpan Clamp(TimeSpan wait) =>
        wait < TimeSpan.Zero ? TimeSpan.Zero
        : wait > s_longest ? s_longest
        : wait;
}
