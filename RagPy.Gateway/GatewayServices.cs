using System.IO.Compression;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry.Instrumentation.Http;
using RagPy.Core.Settings;
using RagPy.Gateway.Access;
using RagPy.Gateway.Destinations;
using RagPy.Gateway.Forwarding;
using RagPy.Gateway.Limits;
using RagPy.Gateway.Listening;
using RagPy.Gateway.Replicas;
using RagPy.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace RagPy.Gateway;

/// <summary>What the gateway is made of, beside the defaults of every service.</summary>
internal static class GatewayServices
{
    /// <summary>What requests under way may take to end once the gateway is not ready any more.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    /// <summary>Registers the gateway from its settings.</summary>
    /// <param name="adjust">Changes what it works by, for tests.</param>
    /// <exception cref="InvalidOperationException">The gateway cannot listen where it is told to.</exception>
    public static void AddGateway(this WebApplicationBuilder builder, Func<GatewayOptions, GatewayOptions>? adjust = null)
    {
        builder.AddRagPySettings();
        var services = builder.Services;
        var options = GatewayOptions.From(SettingsBinder.Bind(name => builder.Configuration[name]).Settings, Warn);
        options = adjust?.Invoke(options) ?? options;
        Listener.Use(builder, options, Warn);
        services.AddSingleton(options);
        services.AddHostedService<WarningLog>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton(provider => new AccessToken(options.AccessToken ?? "", provider.GetRequiredService<TimeProvider>()));
        AddStop(services, options);
        AddReplicas(services, builder.Configuration, options);
        AddHttp(builder, options);

        void Warn(SettingWarning warning) => services.AddSingleton(new GatewayWarning(warning.Message));
    }

    private static void AddStop(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainDelay + s_grace);
    }

    private static void AddReplicas(IServiceCollection services, IConfiguration configuration, GatewayOptions options)
    {
        services.TryAddSingleton<IHostResolver, SystemHostResolver>();
        services.AddSingleton(provider => SourceOf(provider, configuration, options));
        services.AddSingleton<ProxyConfiguration>();
        services.AddSingleton(provider => new InMemoryConfigProvider(
            provider.GetRequiredService<ProxyConfiguration>().Routes,
            provider.GetRequiredService<ProxyConfiguration>().ClustersOf([])
        ));
        services.AddSingleton<IProxyConfigProvider>(provider => provider.GetRequiredService<InMemoryConfigProvider>());
        services.AddHostedService<DestinationUpdater>();
        services.AddSingleton<ILoadBalancingPolicy, LeastRequestsInTurn>();
        services.AddSingleton<ReplicaHealthPolicy>();
        services.AddSingleton<IActiveHealthCheckPolicy>(provider => provider.GetRequiredService<ReplicaHealthPolicy>());
        services.AddSingleton<IPassiveHealthCheckPolicy>(provider => provider.GetRequiredService<ReplicaHealthPolicy>());
        services.AddSingleton<RetryBudget>();
        services.AddHealthChecks().AddCheck<ReplicasHealthCheck>(ReplicasHealthCheck.CheckName);
        services.AddReverseProxy().AddTransforms(Transforms.Add);
        services.AddSingleton<IForwarderHttpClientFactory, ReplicaHttpClientFactory>();
    }

    private static IDestinationSource SourceOf(IServiceProvider provider, IConfiguration configuration, GatewayOptions options)
    {
        if (options.DestinationsFile is { } file)
            return ActivatorUtilities.CreateInstance<FileDestinations>(provider, file, options.FileInterval);
        if (options.DnsAddress is { } address)
            return ActivatorUtilities.CreateInstance<DnsDestinations>(provider, address, options.DnsInterval);

        var listed = ActivatorUtilities.CreateInstance<ConfigurationDestinations>(provider, configuration);

        return listed.IsSet ? listed : new NoDestinations();
    }

    private static void AddHttp(WebApplicationBuilder builder, GatewayOptions options)
    {
        var services = builder.Services;
        services.AddSingleton<CertificateFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<CertificateFiles>());
        services.AddRateLimiter(_ => { });
        services
            .AddOptions<RateLimiterOptions>()
            .Configure<GatewayMetrics>((limiter, metrics) => RateLimits.Configure(limiter, options, metrics));
        services.AddResponseCompression(compression =>
        {
            // What is secret is in cookies and random form tokens, never beside text that a stranger chooses in the same answer (BREACH).
            compression.EnableForHttps = true;
            compression.MimeTypes =
            [
                .. ResponseCompressionDefaults.MimeTypes,
                "application/problem+json",
                "application/x-ndjson",
                "image/svg+xml",
            ];
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        // Aspire's manifests set this variable for every project; it would trust whoever asks.
        builder.WebHost.UseSetting("FORWARDEDHEADERS_ENABLED", "false");
        services.Configure<ForwardedHeadersOptions>(forwarded => Trust(forwarded, options.TrustedProxies));
        // Probes come every few seconds and would bury the traces of people's requests.
        services.Configure<HttpClientTraceInstrumentationOptions>(traces =>
            traces.FilterHttpRequestMessage = request => request.RequestUri?.AbsolutePath != HealthEndpoints.HealthPath
        );
        // Each writes lines for every request, the second with whole addresses.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
    }

    private static void Trust(ForwardedHeadersOptions forwarded, IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        forwarded.ForwardLimit = null;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in proxies)
            forwarded.KnownIPNetworks.Add(network);
    }
}
