using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RagPy.Gateway.Access;

/// <summary>
/// The one token that opens the gateway, and the cookies that stand for it in browsers. A cookie is its own end in Unix seconds and a code made of that and the token
/// (HMAC-SHA-256): it does not hold the token, every gateway with the same token accepts it, and a new token ends it.
/// </summary>
internal sealed class AccessToken
{
    /// <summary>How long a browser stays logged in.</summary>
    public static readonly TimeSpan CookieLife = TimeSpan.FromDays(30);

    private readonly byte[] _digest;
    private readonly byte[] _cookieKey;
    private readonly TimeProvider _time;

    public AccessToken(string token, TimeProvider time)
    {
        var bytes = Encoding.UTF8.GetBytes(token);
        _digest = SHA256.HashData(bytes);
        _cookieKey = HMACSHA256.HashData(bytes, "RagPy gateway cookie"u8);
        _time = time;
    }

    /// <summary>Compares in a time that says nothing about the token, its length included.</summary>
    public bool Matches(string presented) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), _digest);

    /// <summary>Value of a cookie that is accepted from now for <see cref="CookieLife"/>.</summary>
    public string IssueCookie()
    {
        var end = (_time.GetUtcNow() + CookieLife).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        return $"{end}.{CodeOf(end)}";
    }

    /// <summary>Whether the value was issued with this token and has not ended.</summary>
    public bool IsValidCookie(string value)
    {
        var dot = value.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !long.TryParse(value.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var end))
            return false;

        var isOurs = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(value[(dot + 1)..]),
            Encoding.ASCII.GetBytes(CodeOf(value[..dot]))
        );

        return isOurs && end > _time.GetUtcNow().ToUnixTimeSeconds();
    }

    private string CodeOf(string end) => Base64Url.EncodeToString(HMACSHA256.HashData(_cookieKey, Encoding.ASCII.GetBytes(end)));
}
