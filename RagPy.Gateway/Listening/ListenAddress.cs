namespace RagPy.Gateway.Listening;

/// <summary>One address that the gateway listens on.</summary>
/// <param name="IsHttps">Whether it speaks TLS.</param>
/// <param name="Host">Host name or IP address; <c>+</c> or <c>*</c> for all.</param>
/// <param name="Port">Port; 0 for any that is free.</param>
internal sealed record ListenAddress(bool IsHttps, string Host, int Port)
{
    /// <summary>Where the gateway listens when nobody says otherwise (the seed's port).</summary>
    private const string Default = "http://localhost:8000";

    public bool IsLoopback =>
        Host == "localhost" || (System.Net.IPAddress.TryParse(Host.Trim('[', ']'), out var ip) && System.Net.IPAddress.IsLoopback(ip));

    /// <summary>Reads ASP.NET Core's own variables: <c>ASPNETCORE_URLS</c>, or else <c>ASPNETCORE_HTTP_PORTS</c> and <c>ASPNETCORE_HTTPS_PORTS</c>.</summary>
    /// <exception cref="InvalidOperationException">An address cannot be read.</exception>
    public static IReadOnlyList<ListenAddress> From(IConfiguration configuration)
    {
        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        if (urls.Length == 0)
        {
            urls =
            [
                .. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(port => $"http://*:{port}"),
                .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(port => $"https://*:{port}"),
            ];
        }

        return [.. (urls.Length == 0 ? [Default] : urls).Select(Parse)];
    }

    public override string ToString() => $"{(IsHttps ? "https" : "http")}://{Host}:{Port}";

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static ListenAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.Scheme is "http" or "https" && !address.IsUnixPipe && !address.IsNamedPipe && address.PathBase.Length == 0)
                return new ListenAddress(address.Scheme == "https", address.Host, address.Port);
        }
        catch (FormatException exception)
        {
            throw Unreadable(url, exception);
        }

        throw Unreadable(url, null);
    }

    private static InvalidOperationException Unreadable(string url, Exception? inner) =>
        new(
            $"The gateway cannot listen on \"{url}\" (ASPNETCORE_URLS): expected addresses such as http://0.0.0.0:8080, separated by semicolons.",
            inner
        );
}
