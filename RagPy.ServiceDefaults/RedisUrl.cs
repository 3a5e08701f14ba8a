namespace RagPy.ServiceDefaults;

/// <summary>Reads the URL form that most other Redis clients take.</summary>
internal static class RedisUrl
{
    /// <summary>
    /// <c>redis://[user][:password@]host[:port][/database]</c> and <c>rediss://</c> (TLS) in the form of StackExchange.Redis; anything else as it is.
    /// </summary>
    public static string ToConfiguration(string value)
    {
        if (
            !Uri.TryCreate(value, UriKind.Absolute, out var url)
            || url.Scheme is not ("redis" or "rediss")
            || !value.Contains("://", StringComparison.Ordinal)
        )
        {
            return value;
        }

        var parts = new List<string> { $"{url.IdnHost}:{(url.Port > 0 ? url.Port : 6379)}" };
        var user = url.UserInfo.Split(':', 2);
        Add(parts, "user", Uri.UnescapeDataString(user[0]));
        Add(parts, "password", user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
        Add(parts, "defaultDatabase", url.AbsolutePath.Trim('/'));
        Add(parts, "ssl", url.Scheme == "rediss" ? "true" : "");

        return string.Join(',', parts);
    }

    private static void Add(List<string> parts, string name, string value)
    {
        if (value.Length > 0)
        {
            parts.Add($"{name}={value}");
        }
    }
}
