namespace RagPy.Hosting.Running;

/// <summary>Asks a process by HTTP whether it is healthy.</summary>
internal static class HttpHealth
{
    private const int LongestReason = 300;

    // No pooled connections: keep-alive would outlive the process that was asked.
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Null when the status is the expected one, else a reason.</summary>
    public static async Task<string?> FindProblemAsync(Uri url, int expected, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await s_http.GetAsync(url, cancellationToken);
            if ((int)response.StatusCode == expected)
            {
                return null;
            }

            var body = (await response.Content.ReadAsStringAsync(cancellationToken)).ReplaceLineEndings(" ");

            return $"{url} answers {(int)response.StatusCode} {(body.Length > LongestReason ? body[..LongestReason] : body)}".TrimEnd();
        }
        catch (HttpRequestException e)
        {
            return $"{url}: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{url} gives no answer within {s_http.Timeout.TotalSeconds:0} s";
        }
    }
}
