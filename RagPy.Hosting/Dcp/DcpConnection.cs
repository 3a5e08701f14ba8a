using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RagPy.Hosting.Dcp;

/// <summary>What is needed to call the orchestrator: the content of its kubeconfig.</summary>
/// <param name="Server">Address of its API.</param>
/// <param name="Token">Bearer token.</param>
/// <param name="Authority">The authority that signed its certificate.</param>
internal sealed record DcpConnection(Uri Server, string Token, X509Certificate2 Authority) : IDisposable
{
    /// <summary>Reads the file that the orchestrator writes when it is ready.</summary>
    /// <returns>Null while it is not whole.</returns>
    /// <remarks>Each of the three values has a line of its own in what the pinned version writes; a YAML reader would only add to that.</remarks>
    public static DcpConnection? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // Being written.
            return null;
        }

        var authority = Value(lines, "certificate-authority-data:");
        var server = Value(lines, "server:");
        var token = Value(lines, "token:");
        if (authority is null || server is null || token is null)
        {
            return null;
        }

        try
        {
            var pem = System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(authority));

            return new DcpConnection(new Uri(server), token, X509Certificate2.CreateFromPem(pem));
        }
        catch (Exception e) when (e is FormatException or System.Security.Cryptography.CryptographicException)
        {
            // Half a line.
            return null;
        }
    }

    /// <summary>A client that trusts that authority alone.</summary>
    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors is SslPolicyErrors.None || (certificate is X509Certificate2 presented && IsSigned(presented));

        return new HttpClient(handler)
        {
            BaseAddress = Server,
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestHeaders = { Authorization = new("Bearer", Token) },
        };
    }

    public void Dispose() => Authority.Dispose();

    private bool IsSigned(X509Certificate2 presented)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        return chain.Build(presented);
    }

    private static string? Value(string[] lines, string key) =>
        lines
            .Select(line => line.Trim())
            .Where(line => line.StartsWith(key, StringComparison.Ordinal))
            .Select(line => line[key.Length..].Trim().Trim('"'))
            .FirstOrDefault(value => value.Length > 0);
}
