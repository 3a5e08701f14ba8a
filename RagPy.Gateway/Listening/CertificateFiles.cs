using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RagPy.Gateway.Listening;

/// <summary>
/// The certificate, from two PEM files that are read again when they change, so that a renewal needs no restart. Files that cannot be used leave the certificate as it
/// was. Without one there is no https, which makes the gateway unready but does not stop it: the files may come later.
/// </summary>
internal sealed partial class CertificateFiles(GatewayOptions options, TimeProvider time, ILogger<CertificateFiles> logger)
    : BackgroundService
{
    private volatile SslServerAuthenticationOptions? _current;
    private string? _seen;

    /// <summary>Why there is no certificate, in a sentence; null when there is one, or none is wanted.</summary>
    public string? Problem { get; private set; } = options.UsesTls ? "The certificate has not been read yet." : null;

    /// <summary>What a handshake works with.</summary>
    /// <exception cref="AuthenticationException">There is no certificate.</exception>
    public SslServerAuthenticationOptions Options => _current ?? throw new AuthenticationException(Problem);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.UsesTls)
            await LookAsync(cancellationToken);

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.UsesTls)
            return;

        using var timer = new PeriodicTimer(options.CertificateInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var certificate = await File.ReadAllTextAsync(options.CertificateFile!, cancellationToken);
            var key = await File.ReadAllTextAsync(options.CertificateKeyFile!, cancellationToken);
            if (certificate + key == _seen)
                return;

            var leaf = Load(certificate, key);
            _seen = certificate + key;
            Problem = null;
            Uses(leaf.Subject, leaf.NotAfter);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            var problem =
                $"The certificate {options.CertificateFile} with the key {options.CertificateKeyFile} cannot be used: {exception.Message}";
            if (_current is null)
                Problem = problem;

            Unusable(problem);
        }
    }

    /// <summary>The certificate with those after it in the file, which are sent along. Connections under way keep the one before.</summary>
    private X509Certificate2 Load(string certificate, string key)
    {
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        // Ephemeral keys of PEM files do not work in every TLS implementation; those of PKCS#12 do.
        var leaf = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        _current = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };

        return leaf;
    }

    [LoggerMessage(LogLevel.Information, "Using the certificate of {Subject}, which ends on {NotAfter}.")]
    private partial void Uses(string subject, DateTime notAfter);

    [LoggerMessage(LogLevel.Error, "{Problem}")]
    private partial void Unusable(string problem);
}
